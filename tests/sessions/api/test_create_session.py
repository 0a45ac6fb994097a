"""POST /rooms/{id}/sessions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.secrets import decrypt, keyed_hash
from rooms.models import Preset
from sessions.models import Session
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema, document

TITLE = {"title": "Quarterly"}


def post(user, room, body, **headers):
    return client_for(user).post(f"{API}/rooms/{room.pk}/sessions", body, format="json", **headers)


def test_title_and_preset_are_enough(host, room, preset):
    reply = post(host, room, {**TITLE, "preset_id": str(preset.pk)})
    assert reply.status_code == 201
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (set(data), data["rtmp_url"], data["stream_key"]) == ({"session", "rtmp_url", "stream_key"}, None, None)
    session = data["session"]
    assert (session["status"], session["mode"], session["planned_duration"]) == ("scheduled", "webcam", 60)
    assert (session["room"]["host"]["email"], session["preset"]["id"]) == (host.email, str(preset.pk))


#: The published Session, as the contract lists it; the reply may have more, never less.
SESSION = {
    "id": str, "room_id": str, "room": dict, "preset": dict, "title": str, "description": str, "status": str,
    "mode": str, "started_at": None, "ended_at": None, "duration": None, "scheduled_start_time": str,
    "viewer_count": int, "max_viewers": int, "recording_enabled": bool, "hls_url": None,
    "chat_enabled_override": None, "stage_enabled_override": None, "max_join_limit_override": None,
    "effective_chat_enabled": bool, "effective_stage_enabled": bool, "effective_max_join_limit": int,
    "created_at": str, "updated_at": str,
}  # fmt: skip
ROOM = ["id", "host_id", "host", "library_id", "title", "description", "analytics", "active_session_id"]
ROOM += ["created_at", "updated_at"]
USER = ["id", "external_user_id", "organization_id", "email", "username", "role", "is_active", "created_at"]
PRESET = [
    "id",
    "user_id",
    "library_id",
    "name",
    "type",
    "stage_enabled",
    "max_join_limit",
    "chat_enabled",
    "poll_enabled",
    "viewer_count_visible",
    "primary_color",
    "logo",
    "logo_destination_url",
    "host_add_co_host",
    "host_camera_enabled",
    "host_screen_share",
    "host_chat_send_text",
    "host_chat_send_file",
    "host_chat_receive_message",
    "host_poll_create",
    "host_poll_vote",
    "host_poll_view",
    "onstage_camera_enabled",
    "onstage_screen_share",
    "onstage_viewer_view",
    "audience_stage_join_request",
    "audience_can_see_participants",
    "audience_chat_send_text",
    "audience_chat_send_file",
    "audience_chat_receive_message",
    "audience_poll_create",
    "audience_poll_vote",
    "audience_poll_view",
    "moderator_manage_stage",
    "moderator_manage_chat",
    "moderator_manage_poll",
    "recording_enabled",
    "is_default",
    "created_at",
    "updated_at",
]


def test_the_published_reply_is_pinned(host, room, preset):
    body = {**TITLE, "preset_id": str(preset.pk), "scheduled_start_time": "2040-05-01T18:00:00+02:00"}
    session = post(host, room, body).json()["data"]["session"]
    found = {name: None if session[name] is None else type(session[name]) for name in SESSION}
    assert found == SESSION
    assert list(session["preset"]) == PRESET
    assert [name for name in session["room"] if name in ROOM] == ROOM
    assert list(session["room"]["host"]) == USER
    assert session["scheduled_start_time"] == "2040-05-01T16:00:00.000000Z"
    described = document()["components"]["schemas"]
    assert {"session", "rtmp_url", "stream_key"} <= set(described["CreateSessionResponse"]["properties"])
    assert set(SESSION) <= set(described["SessionResponse"]["properties"])
    assert set(SESSION) <= set(described["SessionResponse"]["required"])


@pytest.mark.parametrize(("rtmp_url", "answered"), [("rtmp://in.example/live", "rtmp://in.example/live"), ("", None)])
def test_an_encoders_session_gets_a_key_that_is_kept_sealed(host, room, preset, settings, rtmp_url, answered):
    settings.RTMP_URL = rtmp_url
    Preset.objects.update(type="rtmp")
    reply = post(host, room, {**TITLE, "preset_id": str(preset.pk)})
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    assert (data["session"]["mode"], data["rtmp_url"], len(data["stream_key"]) > 24) == ("rtmp", answered, True)
    row = Session.objects.get()
    assert data["stream_key"] not in row.stream_key_sealed
    assert decrypt(row.stream_key_sealed, purpose="stream key") == data["stream_key"]
    assert row.stream_key_hash == keyed_hash(data["stream_key"], purpose="stream key")
    assert data["stream_key"] not in str(client_for(host).get(f"{API}/sessions/{row.pk}").json())


def test_the_mode_may_be_chosen(host, room, preset):
    assert (
        post(host, room, {**TITLE, "preset_id": str(preset.pk), "mode": "rtmp"}).json()["data"]["session"]["mode"]
        == "rtmp"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": "ab"}, "title"),
        ({"title": " ab "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": 12345}, "title"),
        ({"description": []}, "description"),
        ({"mode": "webrtc"}, "mode"),
        ({"mode": 1}, "mode"),
        ({"preset_id": None}, "preset_id"),
        ({"preset_id": 7}, "preset_id"),
        ({"preset_id": "abc"}, "preset_id"),
        ({"scheduled_start_time": "tomorrow"}, "scheduled_start_time"),
        ({"scheduled_start_time": 1700000000}, "scheduled_start_time"),
        ({"scheduled_start_time": "2040-13-01T00:00:00Z"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2020-01-01T00:00:00Z"}, "scheduled_start_time"),
        ({"planned_duration": 0}, "planned_duration"),
        ({"planned_duration": 1441}, "planned_duration"),
        ({"planned_duration": "60"}, "planned_duration"),
    ],
)
def test_what_is_not_valid_is_named_and_makes_nothing(host, room, preset, change, field):
    reply = post(host, room, {**TITLE, "preset_id": str(preset.pk), **change})
    assert (reply.status_code, refused_fields(reply), Session.objects.count()) == (422, [field], 0)


@pytest.mark.parametrize("missing", ["title", "preset_id"])
def test_two_fields_are_required(host, room, preset, missing):
    body = {**TITLE, "preset_id": str(preset.pk)}
    del body[missing]
    assert refused_fields(post(host, room, body)) == [missing]


def test_unknown_foreign_and_deleted_presets_get_one_answer(host, room, preset, other_tenant):
    deleted = Preset.objects.create(
        user=host, library=room.library, name="D", type="whip", primary_color="#000000", deleted_at=timezone.now()
    )
    ids = ["01890000-0000-7000-8000-000000000000", str(other_tenant.preset.pk), str(deleted.pk)]
    replies = [post(host, room, {**TITLE, "preset_id": preset_id}) for preset_id in ids]
    answers = [{**reply.json(), "timestamp": 0} for reply in replies]
    assert [reply.status_code for reply in replies] == [422, 422, 422]
    assert answers[0] == answers[1] == answers[2]


def test_a_colleagues_preset_of_the_library_may_be_used(host, room, tenant, member):
    shared = Preset.objects.create(
        user=member, library=tenant.library, name="Shared", type="whip", primary_color="#000000"
    )
    assert post(host, room, {**TITLE, "preset_id": str(shared.pk)}).status_code == 201


def test_the_same_request_with_a_key_is_done_once(host, room, preset):
    body = {**TITLE, "preset_id": str(preset.pk), "mode": "rtmp"}
    first, second = (post(host, room, body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert first.json()["data"] == second.json()["data"]
    assert Session.objects.count() == 1


def test_members_who_do_not_host_create_none(member, room, preset):
    assert post(member, room, {**TITLE, "preset_id": str(preset.pk)}).status_code == 403


def test_a_time_a_moment_ago_is_now(host, room, preset):
    time = (timezone.now() - timedelta(minutes=2)).isoformat()
    assert post(host, room, {**TITLE, "preset_id": str(preset.pk), "scheduled_start_time": time}).status_code == 201


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "9999-12-31T10:00:00+14:00", "2200-01-01T00:00:00Z"])
def test_a_time_to_which_nothing_can_be_added_is_refused(host, room, preset, time):
    reply = post(host, room, {**TITLE, "preset_id": str(preset.pk), "scheduled_start_time": time})
    assert (reply.status_code, refused_fields(reply)) == (422, ["scheduled_start_time"])
    assert Session.objects.count() == 0
