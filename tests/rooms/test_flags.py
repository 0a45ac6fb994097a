"""Flags in words, and the choices to begin from."""

from pathlib import Path

import pytest

from rooms.flags import COVERED, FLAGS, GROUPS, LIMIT, STARTS, WITHOUT_EFFECT, differences, values_of
from rooms.models import PRESET_FLAGS, Preset


def test_every_flag_is_either_in_one_group_or_named_as_without_effect():
    grouped = [flag.name for group in GROUPS for flag in group.flags]
    assert sorted([*grouped, *WITHOUT_EFFECT]) == sorted(PRESET_FLAGS)


def test_flags_without_effect_are_read_by_nothing():
    rights = Path("sessions/rights/capabilities.py").read_text()
    for name in WITHOUT_EFFECT:
        assert name.removeprefix("host").removeprefix("audience") not in rights
    for name in set(FLAGS) - {"chat_enabled", "stage_enabled", "poll_enabled", "recording_enabled"}:
        assert name in rights or name.replace("host_", "{side}_").replace("audience_", "{side}_") in rights, name


def test_a_new_preset_differs_in_nothing():
    assert list(differences(Preset())) == []


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.key)
def test_a_start_sets_all_it_covers_and_changes_something(start):
    values = values_of(start)
    assert tuple(values) == COVERED
    assert set(start.changes) <= set(COVERED)
    assert list(differences(Preset(**values)))
    assert 1 <= values[LIMIT] <= 100
