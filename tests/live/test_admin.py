"""Staff finds every row, and no secret."""

import pytest
from django.urls import reverse

from live.models import MediaEvent
from realtime.models import OutboxEvent
from sessions.models import Attendance, Presence, Session


@pytest.fixture
def rows(live_session, guest):
    Session.objects.update(stream_key_sealed="sealed-secret", stream_key_hash="hashed-secret")
    return {
        "rooms_room": live_session.room,
        "rooms_preset": live_session.preset,
        "live_sessions_session": live_session,
        "live_sessions_attendance": Attendance.objects.create(session=live_session, user=guest),
        "live_sessions_presence": Presence.objects.create(session=live_session, user=guest, source="test"),
        "realtime_outboxevent": OutboxEvent.objects.create(topic="session:1", type="session.live", data={}),
        "live_mediaevent": MediaEvent.objects.create(event_id="EV", event="room_started", room="r"),
    }


MODELS = ["rooms_room", "rooms_preset", "live_sessions_session", "live_sessions_attendance"]
MODELS += ["live_sessions_presence", "realtime_outboxevent", "live_mediaevent"]


@pytest.mark.parametrize("model", MODELS)
def test_the_list_is_searched_and_the_row_opens(staff, rows, model):
    row = rows[model]
    found = staff.get(reverse(f"admin:{model}_changelist"), {"q": str(row.pk) if model[:4] != "live" else ""})
    page = staff.get(reverse(f"admin:{model}_change", args=[row.pk]))
    assert (found.status_code, page.status_code) == (200, 200)
    for answer in (found, page):
        assert b"sealed-secret" not in answer.content
        assert b"hashed-secret" not in answer.content


def test_the_status_of_a_session_is_not_typed_in(staff, rows, live_session):
    page = staff.get(reverse("admin:live_sessions_session_change", args=[live_session.pk]))
    assert b'name="status"' not in page.content
    assert b'name="started_at"' not in page.content


@pytest.mark.parametrize("model", MODELS[2:])
def test_what_was_observed_is_not_added_by_hand(staff, rows, model):
    assert staff.get(reverse(f"admin:{model}_add")).status_code == 403


def test_hosts_are_not_staff(client, host, rows):
    client.force_login(host)
    assert client.get(reverse("admin:rooms_room_changelist")).status_code == 302
