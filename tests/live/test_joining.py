"""Testing the connection before the studio (live/services/joining.py); joining itself: tests/live/api/test_join.py."""

import pytest

from audit.models import AuditEntry
from media.livekit import client as livekit
from realtime.models import OutboxEvent
from sessions.models import Session
from tests.participants import claims
from tests.sessions.members import call, with_role


@pytest.fixture
def made(monkeypatch):
    """The media rooms that were made."""
    rooms = []
    monkeypatch.setattr(livekit, "ensure_room", lambda name, **options: rooms.append(name))
    return rooms


def test_who_only_tests_devices_changes_nothing(session, made):
    before = Session.objects.values().get()
    reply = call("post", with_role(session, "speaker"), session, "connection_check")
    assert reply.status_code == 200
    data = reply.json()["data"]
    token = claims(data["livekit_token"])["video"]
    assert made == [data["room_name"]] == [token["room"]] == [f"check-{session.pk}"]
    assert (token["hidden"], token["canPublish"]) == (True, False)
    assert Session.objects.values().get() == before
    assert (AuditEntry.objects.count(), OutboxEvent.objects.count()) == (0, 0)


def test_while_the_backstage_is_open_the_test_goes_there(session, made):
    Session.objects.update(backstage_opened_at=session.created_at)
    assert call("post", with_role(session, "speaker"), session, "connection_check").status_code == 200
    assert made == [str(session.pk)]


def test_an_ended_session_has_nothing_to_test(session, made):
    Session.objects.update(status="ended", started_at=session.created_at, ended_at=session.created_at)
    assert call("post", with_role(session, "speaker"), session, "connection_check").status_code == 409
    assert made == []
