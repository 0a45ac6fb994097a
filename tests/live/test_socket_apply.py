"""Events keep an open page as true as a reload: apply(events, old state) == fresh state, for every type of the catalogue."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from live import presence
from live.state import state_for
from realtime import outbox
from realtime.brokers.memory import MemoryBroker
from realtime.events import CATALOGUE
from realtime.outbox import tell
from sessions import lifecycle
from sessions.events import HostAudio, HostVideo, SessionSettings
from sessions.models import Session
from sessions.queries import complete_sessions
from tests.realtime.apply import apply

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def go_live(session, guest):
    lifecycle.go_live(session)


def end(session, guest):
    lifecycle.end(session)


def reschedule(session, guest):
    lifecycle.reschedule(session, NOW + timedelta(days=9))


def change_settings(session, guest):
    session.chat_enabled_override = False
    session.max_join_limit_override = 7
    session.save()
    tell(SessionSettings.of(session))


def switch_camera(session, guest):
    session.host_video_enabled = True
    session.save()
    tell(HostVideo.of(session))


def switch_microphone(session, guest):
    session.host_audio_enabled = True
    session.save()
    tell(HostAudio.of(session))


def warn(session, guest):
    now = NOW + timedelta(minutes=12)
    Session.objects.filter(pk=session.pk).update(last_active_at=NOW)
    lifecycle.warn_or_end_abandoned(session, now)


def a_viewer_comes(session, guest):
    presence.mark_livekit(session, {guest.pk: False})
    Session.objects.filter(pk=session.pk).update(max_viewers=0)  # the peak is not told, only the present number


def expire(session, guest):
    lifecycle.expire(session, session.scheduled_start_time + settings.EXPIRE_AFTER)


def cancel(session, guest):
    lifecycle.delete(session)


#: type → (is the session live before, what happens)
HAPPENINGS = {
    "session.live": (False, go_live),
    "session.ended": (True, end),
    "session.expired": (False, expire),
    "session.rescheduled": (False, reschedule),
    "session.settings": (True, change_settings),
    "session.cancelled": (False, cancel),
    "session.idle": (True, warn),
    "host.video": (True, switch_camera),
    "host.audio": (True, switch_microphone),
    "presence.count": (True, a_viewer_comes),
}


@pytest.fixture
def told(monkeypatch):
    """Every event in the order it is told, as (topic, {"type", "data"})."""
    events = []
    real = outbox.tell

    def keep(*told):
        events.extend((event.topic_name, {"type": event.type, "data": event.payload()}) for event in told)
        real(*told)

    broker = MemoryBroker()
    monkeypatch.setattr(outbox, "get_broker", lambda: broker)
    for module in (lifecycle, presence):
        monkeypatch.setattr(module, "tell", keep)
    monkeypatch.setitem(globals(), "tell", keep)
    return events


def state_of(user, session):
    return json.loads(json.dumps(state_for(Person(user=user), complete_sessions().get(pk=session.pk))))


def test_every_type_of_the_catalogue_has_its_happening():
    assert set(HAPPENINGS) == {kind for kind in CATALOGUE if not kind.startswith("test.")}


@pytest.mark.parametrize("kind", [kind for kind in HAPPENINGS if kind != "session.cancelled"])
@pytest.mark.parametrize("who", ["guest", "host"])
def test_applying_the_events_to_the_old_state_gives_the_fresh_state(
    kind, who, request, session, guest, host, told, django_capture_on_commit_callbacks
):
    user = request.getfixturevalue(who)
    live_before, happen = HAPPENINGS[kind]
    if live_before:
        with transaction.atomic():
            lifecycle.go_live(lifecycle.lock_session(session.pk))
    told.clear()
    old = state_of(user, session)
    with transaction.atomic():
        happen(lifecycle.lock_session(session.pk), guest)
    fresh = state_of(user, session)
    holds_crew = who == "host"
    events = [event for topic, event in told if holds_crew or not topic.endswith(":crew")]
    assert [event["type"] for _topic, event in told] == [kind]
    applied = apply(events, old)
    assert {k: (v, fresh["session"][k]) for k, v in applied["session"].items() if v != fresh["session"][k]} == {}
    assert applied == fresh
    assert apply([*events, *events], old) == fresh


def test_a_cancelled_session_has_no_state_left(session, guest, told):
    with transaction.atomic():
        cancel(lifecycle.lock_session(session.pk), guest)
    assert [event for _topic, event in told] == [{"type": "session.cancelled", "data": {"id": str(session.pk)}}]
    assert not complete_sessions().filter(pk=session.pk).exists()
