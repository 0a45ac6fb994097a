"""Flags in words, and the choices to begin from."""

import pytest

from rooms.flags import COVERED, GROUPS, LIMIT, STARTS, WITHOUT_EFFECT, differences, values_of
from rooms.models import PRESET_FLAGS, Preset
from tests.sessions.rights.test_table import GIVE_NOTHING


def test_every_flag_is_either_in_one_group_or_named_as_without_effect():
    grouped = [flag.name for group in GROUPS for flag in group.flags]
    assert sorted([*grouped, *WITHOUT_EFFECT]) == sorted(PRESET_FLAGS)


def test_flags_without_effect_give_no_right():
    assert set(WITHOUT_EFFECT) <= GIVE_NOTHING


def test_a_new_preset_differs_in_nothing():
    assert list(differences(Preset())) == []


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.key)
def test_a_start_sets_all_it_covers_and_changes_something(start):
    values = values_of(start)
    assert tuple(values) == COVERED
    assert set(start.changes) <= set(COVERED)
    assert list(differences(Preset(**values)))
    assert 1 <= values[LIMIT] <= 100
