"""POST /sessions/{id}/end."""

import pytest
from django.utils import timezone

from live.services import running
from media.livekit import client as port
from sessions.models import Attendance, Session
from tests.conftest import API, client_for
from tests.livekit import until
from tests.openapi import assert_matches_schema


def post(user, session, action):
    return client_for(user).post(f"{API}/sessions/{session.pk}/{action}", {}, format="json")


def test_ending_closes_the_media_room_for_everyone(livekit, clients, session, host, guest):
    post(host, session, "go_live")
    watcher = clients.connect(post(guest, session, "join").json()["data"]["livekit_token"])
    reply = post(host, session, "end")
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["status"], data["room"]["active_session_id"], data["ended_at"] is None) == ("ended", None, False)
    assert port.list_rooms() == []
    until(lambda: not watcher.isconnected(), "the viewer is disconnected")


def test_ending_a_backstage_leaves_it_scheduled_and_nothing_behind(livekit, session, host):
    post(host, session, "join")
    data = post(host, session, "end").json()["data"]
    assert (data["status"], data["started_at"], data["backstage_open"]) == ("scheduled", None, False)
    assert (port.list_rooms(), Attendance.objects.count()) == ([], 0)


@pytest.mark.parametrize("status", ["scheduled", "ended", "expired"])
def test_ending_what_does_not_run_changes_nothing(session, host, status):
    Session.objects.update(status=status, started_at=session.created_at if status == "ended" else None)
    reply = post(host, session, "end")
    assert (reply.status_code, reply.json()["data"]["status"]) == (200, status)


def test_it_ends_without_livekit_too(livekit_down, live_session, host):
    assert post(host, live_session, "end").json()["data"]["status"] == "ended"


def test_the_audience_cannot_end_it(live_session, guest, member):
    assert [post(user, live_session, "end").status_code for user in (guest, member)] == [403, 403]
    assert Session.objects.get().status == "live"


def test_deleted_while_it_ends_it_is_gone_not_a_defect(live_session, host, monkeypatch):
    """Deletion has its moment between the end and the reply: the media room is being closed."""
    monkeypatch.setattr(running, "close_media_room", lambda _session: Session.objects.update(deleted_at=timezone.now()))
    assert post(host, live_session, "end").status_code == 404
