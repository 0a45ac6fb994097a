"""GET, DELETE /sessions/{id}, PATCH /reschedule and /settings."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.credentials import issue_tokens
from realtime.models import OutboxEvent
from rooms.models import Room
from sessions import services
from sessions.events import SessionSettings
from sessions.models import Session, SessionRole
from sessions.queries import complete_session
from sockets.state import state_for
from tests.conftest import API, as_person, client_for
from tests.hls.watched import came_in
from tests.openapi import assert_matches_schema

LATER = "2040-01-01T10:00:00Z"


def call(method, user, session, path="", body=None):
    return getattr(client_for(user), method)(f"{API}/sessions/{session.pk}{path}", body, format="json")


def in_status(status):
    Session.objects.update(status=status, started_at=timezone.now() if status in ("live", "ended") else None)


def test_anyone_reads_a_session_without_private_fields(api, session, host):
    reply = api().get(f"{API}/sessions/{session.pk}")
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["hls_url"], data["backstage_open"], data["room"]["host"]["email"]) == (None, None, None)


def test_a_private_rooms_session_answers_members_only(api, session, host, member, stranger, guest):
    Room.objects.update(visibility="private")
    callers = (host, member, stranger, guest, None)
    assert [api(user).get(f"{API}/sessions/{session.pk}").status_code for user in callers] == [200, 200, 404, 404, 404]


def test_a_token_for_one_session_opens_that_one_alone(api, session, host, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    client = api()
    token = issue_tokens(host, session_id=session.pk).access_token
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    settings = [client.patch(f"{API}/sessions/{each.pk}/settings", {}, format="json") for each in (session, other)]
    assert [reply.status_code for reply in settings] == [200, 403]
    assert client.post(f"{API}/rooms", {"title": "Mine"}, format="json").status_code == 403


def test_a_deleted_session_is_gone(host, session):
    reply = call("delete", host, session)
    assert_matches_schema(reply)
    assert (reply.status_code, call("delete", host, session).status_code, call("get", host, session).status_code) == (
        200,
        404,
        404,
    )
    assert Session.objects.count() == 1


def test_a_live_session_is_not_deleted(host, live_session):
    reply = call("delete", host, live_session)
    assert (reply.status_code, reply.json()["code"]) == (409, "session_is_live")


@pytest.mark.parametrize("status", ["scheduled", "expired"])
def test_a_new_time_is_taken_and_told(host, session, status):
    in_status(status)
    reply = call("patch", host, session, "/reschedule", {"scheduled_start_time": LATER})
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["status"], data["scheduled_start_time"]) == ("scheduled", "2040-01-01T10:00:00.000000Z")
    event = OutboxEvent.objects.get()
    assert (event.type, event.data["title"]) == ("session.rescheduled", session.title)


@pytest.mark.parametrize(("status", "code"), [("live", "session_is_live"), ("ended", "session_ended")])
def test_what_was_on_air_is_409(host, session, status, code):
    in_status(status)
    reply = call("patch", host, session, "/reschedule", {"scheduled_start_time": LATER})
    assert (reply.status_code, reply.json()["code"]) == (409, code)


@pytest.mark.parametrize("status", ["scheduled", "expired"])
def test_it_loses_its_date_and_gets_one_again(host, session, status):
    in_status(status)
    data = call("patch", host, session, "/reschedule", {"scheduled_start_time": None}).json()["data"]
    assert (data["status"], data["scheduled_start_time"]) == ("scheduled", None)
    assert call("patch", host, session, "/reschedule", {"scheduled_start_time": None}).status_code == 200
    data = call("patch", host, session, "/reschedule", {"scheduled_start_time": LATER}).json()["data"]
    assert data["scheduled_start_time"] == "2040-01-01T10:00:00.000000Z"
    told = OutboxEvent.objects.order_by("pk").values_list("type", "data__scheduled_start_time")
    assert list(told) == [("session.rescheduled", None), ("session.rescheduled", "2040-01-01T10:00:00.000000Z")]


@pytest.mark.parametrize("time", ["", "soon", 5, "2040-02-30T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_a_time_that_is_none_or_past_is_422(host, session, time):
    reply = call("patch", host, session, "/reschedule", {"scheduled_start_time": time})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "scheduled_start_time")
    assert Session.objects.get().scheduled_start_time == session.scheduled_start_time


def test_the_time_is_required(host, session):
    assert call("patch", host, session, "/reschedule", {}).status_code == 422


def test_settings_stand_over_the_preset_until_cleared(host, session):
    body = {"chat_enabled": False, "stage_enabled": False, "poll_enabled": False, "max_join_limit": 100}
    reply = call("patch", host, session, "/settings", body)
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert {name: data[f"{name}_override"] for name in body} == body
    assert {name: data[f"effective_{name}"] for name in body} == body
    data = call("patch", host, session, "/settings", {"chat_enabled": None}).json()["data"]
    assert (data["chat_enabled_override"], data["effective_chat_enabled"]) == (None, True)
    assert data["effective_max_join_limit"] == 100
    data = call("patch", host, session, "/settings", {"poll_enabled": None}).json()["data"]
    assert (data["poll_enabled_override"], data["effective_poll_enabled"]) == (None, True)
    data = call("patch", host, session, "/settings", {"max_join_limit": None}).json()["data"]
    assert (data["max_join_limit_override"], data["effective_max_join_limit"]) == (None, 5)


def test_only_a_change_is_told(host, session):
    for _ in range(2):
        call("patch", host, session, "/settings", {"chat_enabled": False})
    call("patch", host, session, "/settings", {})
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == ["session.settings"]


@pytest.mark.parametrize(
    "body",
    [
        {"chat_enabled": "false"},
        {"stage_enabled": 0},
        {"max_join_limit": 0},
        {"max_join_limit": 101},
        {"max_join_limit": "5"},
        {"max_join_limit": 1.5},
        {"max_join_limit": True},
    ],
)
def test_settings_outside_their_limits_are_422(host, session, body):
    reply = call("patch", host, session, "/settings", body)
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, list(body))


def test_settings_of_an_ended_session_are_409(host, session):
    in_status("ended")
    assert call("patch", host, session, "/settings", {"chat_enabled": True}).json()["code"] == "session_ended"


def test_the_idle_warning_is_for_the_crew(host, guest, live_session, settings):
    last = timezone.now() - timedelta(minutes=11)
    Session.objects.update(last_active_at=last, idle_warned_at=timezone.now())
    ends_at = (last + settings.ABANDONED_LIVE_AFTER).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert call("get", host, live_session).json()["data"]["idle_ends_at"] == ends_at
    assert call("get", guest, live_session).json()["data"]["idle_ends_at"] is None


def test_times_are_utc_whatever_zone_the_reader_has(client, host, session):
    host.time_zone = "America/New_York"
    host.save()
    client.force_login(host)
    data = client.get(f"{API}/sessions/{session.pk}").json()["data"]
    written = session.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert (data["created_at"], data["room"]["host"]["created_at"]) == (
        written,
        host.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )


def test_a_session_cannot_be_moved_beyond_what_dates_can_hold(session, host):
    before = session.scheduled_start_time
    reply = call("patch", host, session, "/reschedule", {"scheduled_start_time": "9999-12-31T23:59:59Z"})
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "too_far")
    session.refresh_from_db()
    assert session.scheduled_start_time == before


@pytest.mark.parametrize(
    ("path", "body"), [("/reschedule", {"scheduled_start_time": LATER}), ("/settings", {"chat_enabled": False})]
)
def test_deleted_while_it_is_changed_it_is_gone_not_a_defect(session, host, monkeypatch, path, body):
    def delete_meanwhile(session_id):
        Session.objects.update(deleted_at=timezone.now())
        return complete_session(session_id)

    monkeypatch.setattr(services, "complete_session", delete_meanwhile)
    assert call("patch", host, session, path, body).status_code == 404


def test_what_a_preset_is_called_is_for_the_team_alone(live_session, host, member, guest, stranger):
    """The form promises it; nested presets of sessions are in everybody's replies, lists and events."""
    came_in(guest, live_session)
    path, listed = f"{API}/sessions/{live_session.pk}", f"{API}/sessions/live"
    for user in (None, guest, stranger):
        assert client_for(user).get(path).json()["data"]["preset"]["name"] is None
        assert b"Standard" not in client_for(user).get(listed).content
    assert SessionSettings.of(live_session).data.preset.name is None
    for user in (guest, stranger):
        assert "Standard" not in json.dumps(state_for(as_person(user), complete_session(live_session.pk)), default=str)
    SessionRole.objects.create(session=live_session, user=member, role="moderator", assigned_by=host)
    for user in (host, member):
        assert client_for(user).get(path).json()["data"]["preset"]["name"] == "Standard"
    SessionRole.objects.update(removed_at=timezone.now())
    assert client_for(member).get(path).json()["data"]["preset"]["name"] is None
