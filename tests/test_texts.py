"""Every place where people's words come in, through its own door: the same words are kept, the same are refused."""

import pytest

from sessions.models import Attendance
from tests.doors import BLANK_FILE, DOORS, HAS_DEFAULT, MAY_BE_EMPTY, SEVERAL_LINES, Refused, World
from tests.texts import BLANK, SENDABLE, on_one_line


@pytest.fixture
def world(host, guest, room, live_session, preset, client, own_uploads):
    Attendance.objects.create(session=live_session, user=guest)
    return World(host, guest, room, live_session, preset, client)


@pytest.fixture(autouse=True)
def no_pace(monkeypatch):
    """Dozens of messages in a moment, and no engines behind them."""
    monkeypatch.setattr("core.limits.Limiter.take", lambda *args, **options: None)
    monkeypatch.setattr("core.limits.Limiter.check", lambda *args, **options: None)


@pytest.mark.parametrize("door", DOORS)
def test_what_is_seen_is_kept_alike_everywhere(world, door):
    for typed, kept in SENDABLE.items():
        expected = kept if door in SEVERAL_LINES else on_one_line(kept)
        assert DOORS[door](world, typed) == expected, ascii(typed)


@pytest.mark.parametrize("door", DOORS)
def test_what_nobody_sees_is_refused_as_blank_everywhere(world, door):
    for what, typed in BLANK.items():
        if door in MAY_BE_EMPTY:
            assert DOORS[door](world, typed) == "", what
        elif door in HAS_DEFAULT:
            assert DOORS[door](world, typed) == "English", what
        elif door in BLANK_FILE:
            with pytest.raises(Refused) as refused:
                DOORS[door](world, typed)
            assert refused.value.args == ("empty",), what
        else:
            with pytest.raises(Refused) as refused:
                DOORS[door](world, typed)
            assert refused.value.args in {("blank",), ()}, (what, refused.value)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_lines_stay_apart_only_where_there_may_be_several(world, door):
    kept = DOORS[door](world, "first\r\n\r\n\r\nsecond")
    assert kept == ("first\n\nsecond" if door in SEVERAL_LINES else "first second")
