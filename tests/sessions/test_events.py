"""Events of sessions, and whom."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions import events, lifecycle
from sessions.models import StageMember
from sessions.queries import complete_sessions
from sessions.shapes import seen_from_outside


def test_the_event_carries_the_session_as_an_outsider_reads_it(live_session, host):
    with transaction.atomic():
        lifecycle.end(lifecycle.lock_session(live_session.pk))
    row = OutboxEvent.objects.get()
    read = seen_from_outside(complete_sessions().get(pk=live_session.pk)).as_json()
    assert row.data == read
    assert (row.topic, row.type, row.data["status"]) == (f"session:{live_session.pk}:lobby", "session.ended", "ended")
    assert host.email not in json.dumps(row.data)


def test_a_hidden_viewer_count_goes_to_the_crew_alone(session):
    assert [told.topic_name for told in events.PresenceCount.all_of(session, 3)] == [f"session:{session.pk}:lobby"]
    Preset.objects.update(viewer_count_visible=False)
    session.preset.refresh_from_db()
    (hidden,) = events.PresenceCount.all_of(session, 3)
    assert (hidden.topic_name, hidden.payload()) == (f"session:{session.pk}:crew", {"viewer_count": 3})
    assert events.SessionSettings.of(session).data.viewer_count is None


@pytest.mark.parametrize("may_see", [True, False])
def test_a_hidden_viewer_count_goes_to_each_person_on_stage_who_may_see_it(live_session, guest, may_see):
    """Those who left the stage hear of it no more."""
    left = User.objects.create_user(username="Left", is_guest=True)
    StageMember.objects.create(session=live_session, user=guest)
    StageMember.objects.create(session=live_session, user=left, left_stage_at=timezone.now())
    Preset.objects.update(viewer_count_visible=False, onstage_viewer_view=may_see)
    live_session.preset.refresh_from_db()
    topics = [told.topic_name for told in events.PresenceCount.all_of(live_session, 3)]
    theirs = [f"user:{guest.pk}:{live_session.pk}"] if may_see else []
    assert topics == [f"session:{live_session.pk}:crew", *theirs]


def test_host_media_goes_to_everyone_in(session):
    session.host_video_enabled = True
    assert events.HostVideo.of(session).topic_name == f"session:{session.pk}"
    assert events.HostVideo.of(session).payload() == {"enabled": True}
    assert events.HostAudio.of(session).payload() == {"enabled": False}
