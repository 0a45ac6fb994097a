"""The state machine: every transition, and what is left behind."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Invalid, NotFound
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions import errors, lifecycle
from sessions.models import Attendance, Presence, Session

LATER = timedelta(days=2)


def told():
    return list(OutboxEvent.objects.values_list("type", flat=True))


def do(action, session, *args):
    with transaction.atomic():
        return action(lifecycle.lock_session(session.pk), *args)


def fresh(session):
    return Session.objects.get(pk=session.pk)


def in_status(session, status):
    fields = {"started_at": timezone.now() if status in ("live", "ended") else None}
    Session.objects.filter(pk=session.pk).update(status=status, **fields)
    return fresh(session)


def test_opening_the_backstage_leaves_it_scheduled_and_tells_nobody(session):
    assert do(lifecycle.open_backstage, session) is True
    row = fresh(session)
    assert (row.status, row.started_at, row.is_backstage, told()) == ("scheduled", None, True, [])


def test_opening_it_again_changes_nothing(session):
    do(lifecycle.open_backstage, session)
    opened_at = fresh(session).backstage_opened_at
    assert do(lifecycle.open_backstage, session) is False
    assert fresh(session).backstage_opened_at == opened_at


def test_going_live_starts_the_clock_freezes_the_preset_and_tells_the_lobby(session, preset):
    assert do(lifecycle.go_live, session) is True
    row = fresh(session)
    assert (row.status, row.is_live, row.ended_at) == ("live", True, None)
    assert row.started_at is not None
    assert row.preset_copy["name"] == preset.name
    assert told() == ["session.live"]
    Preset.objects.update(chat_enabled=False, name="Changed")
    assert (fresh(session).effective_chat_enabled, fresh(session).preset_copy["name"]) == (True, "Standard")


def test_going_live_twice_is_told_once(session):
    do(lifecycle.go_live, session)
    assert do(lifecycle.go_live, session) is False
    assert told() == ["session.live"]


def test_one_session_of_a_room_is_live_at_a_time(session, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    do(lifecycle.go_live, other)
    with pytest.raises(errors.RoomHasLiveSession) as refusal:
        do(lifecycle.go_live, session)
    assert refusal.value.code == "room_has_live_session"
    assert fresh(session).status == "scheduled"


def test_the_database_holds_that_rule_too(session, room, preset, live_session):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(room=room, preset=preset, title="O", status="live", started_at=timezone.now())


@pytest.mark.parametrize(
    ("action", "status", "refusal"),
    [
        (lifecycle.open_backstage, "ended", errors.SessionEnded),
        (lifecycle.open_backstage, "expired", errors.SessionExpired),
        (lifecycle.go_live, "ended", errors.SessionEnded),
        (lifecycle.go_live, "expired", errors.SessionExpired),
        (lifecycle.delete, "live", errors.SessionIsLive),
    ],
)
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(session, action, status, refusal):
    before = in_status(session, status)
    with pytest.raises(refusal):
        do(action, session)
    assert (fresh(session).status, fresh(session).updated_at, told()) == (status, before.updated_at, [])


def test_ending_a_live_session_is_for_good(live_session, guest):
    began = live_session.started_at
    Attendance.objects.create(session=live_session, user=guest, present_since=began, last_seen_at=began)
    Presence.objects.create(session=live_session, user=guest, source="test")
    assert do(lifecycle.end, live_session) is True
    row = fresh(live_session)
    assert (row.status, row.backstage_opened_at, told()) == ("ended", None, ["session.ended"])
    assert row.ended_at is not None
    assert Presence.objects.count() == 0
    assert row.attendances.get(user=guest).left_at == row.ended_at
    assert do(lifecycle.end, live_session) is False


def test_closing_a_backstage_leaves_no_trace(session, host):
    do(lifecycle.open_backstage, session)
    Session.objects.update(max_viewers=7, host_video_enabled=True)
    Attendance.objects.create(session=session, user=host)
    Presence.objects.create(session=session, user=host, source="test", role="host")
    assert do(lifecycle.end, session) is True
    row = fresh(session)
    assert (row.status, row.started_at, row.ended_at, row.is_backstage) == ("scheduled", None, None, False)
    assert (row.max_viewers, row.host_video_enabled) == (0, False)
    assert (Attendance.objects.count(), Presence.objects.count(), told()) == (0, 0, [])


def test_ending_what_was_never_opened_does_nothing(session):
    assert do(lifecycle.end, session) is False


def test_it_expires_exactly_after_the_given_time(session, settings):
    limit = session.scheduled_start_time + settings.EXPIRE_AFTER
    assert do(lifecycle.expire, session, limit - timedelta(seconds=1)) is False
    assert do(lifecycle.expire, session, limit) is True
    assert (fresh(session).status, told()) == ("expired", ["session.expired"])


def test_an_open_backstage_does_not_expire(session):
    do(lifecycle.open_backstage, session)
    assert do(lifecycle.expire, session, timezone.now() + timedelta(days=30)) is False


def test_a_session_without_a_time_does_not_expire(session):
    Session.objects.update(scheduled_start_time=None)
    assert do(lifecycle.expire, session, timezone.now() + timedelta(days=30)) is False


@pytest.mark.parametrize("status", ["scheduled", "expired"])
def test_rescheduling_brings_it_back_and_is_told(session, status):
    in_status(session, status)
    time = timezone.now() + LATER
    assert do(lifecycle.reschedule, session, time) is True
    assert (fresh(session).status, fresh(session).scheduled_start_time) == ("scheduled", time)
    assert told() == ["session.rescheduled"]
    assert do(lifecycle.reschedule, session, time) is False


def test_it_is_rescheduled_into_the_future_only(session):
    with pytest.raises(Invalid):
        do(lifecycle.reschedule, session, timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(("status", "refusal"), [("live", errors.SessionIsLive), ("ended", errors.SessionEnded)])
def test_what_was_on_air_is_not_rescheduled(session, status, refusal):
    in_status(session, status)
    with pytest.raises(refusal):
        do(lifecycle.reschedule, session, timezone.now() + LATER)


def test_a_deleted_session_is_gone_and_its_page_is_told(session):
    do(lifecycle.delete, session)
    assert told() == ["session.cancelled"]
    with pytest.raises(NotFound):
        do(lifecycle.end, session)


def test_an_abandoned_live_session_is_warned_then_ended(live_session, settings):
    last = live_session.last_active_at
    ends = last + settings.ABANDONED_LIVE_AFTER
    assert do(lifecycle.warn_or_end_abandoned, live_session, last + timedelta(minutes=1)) is False
    assert told() == []
    assert do(lifecycle.warn_or_end_abandoned, live_session, ends - timedelta(minutes=5)) is False
    assert do(lifecycle.warn_or_end_abandoned, live_session, ends - timedelta(minutes=4)) is False
    assert told() == ["session.idle"]
    assert fresh(live_session).idle_ends_at == ends
    assert do(lifecycle.warn_or_end_abandoned, live_session, ends) is True
    assert (fresh(live_session).status, told()) == ("ended", ["session.idle", "session.ended"])


def test_coming_back_takes_the_warning_back(live_session, settings):
    do(lifecycle.warn_or_end_abandoned, live_session, live_session.last_active_at + settings.ABANDONED_LIVE_AFTER * 0.9)
    do(lifecycle.saw_activity, live_session, timezone.now())
    assert fresh(live_session).idle_ends_at is None
    assert [row.data["ends_at"] is None for row in OutboxEvent.objects.all()] == [False, True]


def test_an_idle_backstage_closes(session, settings):
    do(lifecycle.open_backstage, session)
    opened = fresh(session).last_active_at
    assert do(lifecycle.warn_or_end_abandoned, session, opened + settings.ABANDONED_LIVE_AFTER) is False
    assert do(lifecycle.warn_or_end_abandoned, session, opened + settings.IDLE_BACKSTAGE_AFTER) is True
    assert (fresh(session).status, fresh(session).is_backstage) == ("scheduled", False)
