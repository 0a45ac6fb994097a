"""POST /sessions/{id}/start and /go_live."""

import threading

import pytest
from django.db import connection

from media.errors import MediaUnavailable, RoomMissing
from media.livekit import client as port
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions.models import Session
from tests.conftest import API, client_for
from tests.openapi import assert_matches_schema
from tests.participants import claims

STUDIO = {
    "roomJoin": True,
    "canPublish": True,
    "canSubscribe": True,
    "canPublishData": False,
    "hidden": False,
    "canPublishSources": ["camera", "microphone", "screen_share", "screen_share_audio"],
}


def post(user, session, action):
    return client_for(user).post(f"{API}/sessions/{session.pk}/{action}", {}, format="json")


def rooms():
    return [room.name for room in port.list_rooms()]


@pytest.mark.parametrize("action", ["start", "go_live"])
def test_the_reply_has_all_that_the_studio_needs(livekit, session, host, action, settings):
    reply = post(host, session, action)
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    assert {"session", "livekit_token", "rtmp", "rtmp_setup", "whip_url"} <= set(data)
    assert (data["rtmp"], data["rtmp_setup"], data["connected_elsewhere"]) == (None, None, False)
    assert (data["room_name"], data["whip_url"]) == (str(session.pk), settings.WHIP_URL)
    token = claims(data["livekit_token"])
    assert (token["sub"], token["name"]) == (str(host.pk), host.username)
    assert {name: token["video"].get(name) for name in STUDIO} == STUDIO
    assert token["video"]["room"] == str(session.pk)


def test_start_opens_the_backstage_and_shows_the_audience_nothing(livekit, session, host, guest):
    data = post(host, session, "start").json()["data"]["session"]
    assert (data["status"], data["started_at"], data["backstage_open"]) == ("scheduled", None, True)
    seen = client_for(guest).get(f"{API}/sessions/{session.pk}").json()["data"]
    assert (seen["status"], seen["started_at"], seen["backstage_open"]) == ("scheduled", None, None)
    assert client_for(guest).get(f"{API}/sessions/live").json()["data"]["total"] == 0
    assert (rooms(), OutboxEvent.objects.count()) == ([str(session.pk)], 0)
    assert Session.objects.get().media_confirmed_at is not None


def test_go_live_starts_what_was_not_started(livekit, session, host, guest):
    data = post(host, session, "go_live").json()["data"]["session"]
    assert data["status"] == "live"
    assert data["room"]["active_session_id"] == str(session.pk)
    assert rooms() == [str(session.pk)]
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == ["session.live"]
    assert client_for(guest).get(f"{API}/sessions/live").json()["data"]["total"] == 1


@pytest.mark.parametrize("action", ["start", "go_live"])
def test_it_may_be_repeated(livekit, session, host, action):
    first = post(host, session, action).json()["data"]["session"]
    second = post(host, session, action).json()["data"]["session"]
    assert (second["status"], second["started_at"]) == (first["status"], first["started_at"])
    assert len(rooms()) == 1


def test_start_while_live_answers_with_the_live_session(livekit, session, host):
    post(host, session, "go_live")
    assert post(host, session, "start").json()["data"]["session"]["status"] == "live"


@pytest.mark.parametrize("action", ["start", "go_live"])
@pytest.mark.parametrize(("status", "code"), [("ended", "session_ended"), ("expired", "session_expired")])
def test_what_is_over_is_409_and_gets_no_media_room(livekit, session, host, action, status, code):
    started = session.created_at if status == "ended" else None
    Session.objects.update(status=status, started_at=started)
    reply = post(host, session, action)
    assert (reply.status_code, reply.json()["code"], rooms()) == (409, code, [])


def test_a_second_live_session_of_the_room_is_409(livekit, live_session, room, preset, host):
    second = Session.objects.create(room=room, preset=preset, title="Second")
    reply = post(host, second, "go_live")
    assert (reply.status_code, reply.json()["code"]) == (409, "room_has_live_session")
    assert rooms() == []


def test_without_livekit_start_is_503_and_can_be_repeated(livekit_down, session, host):
    reply = post(host, session, "start")
    assert (reply.status_code, reply.json()["code"]) == (503, "media_unavailable")
    assert int(reply["Retry-After"]) > 0
    assert Session.objects.get().is_backstage


def test_without_livekit_go_live_is_503_and_changes_nothing(livekit_down, session, host):
    reply = post(host, session, "go_live")
    assert (reply.status_code, reply.json()["code"]) == (503, "media_unavailable")
    row = Session.objects.get()
    assert (row.status, row.is_backstage, OutboxEvent.objects.count()) == ("scheduled", False, 0)


def test_livekit_that_dies_in_the_middle_of_go_live_changes_nothing(monkeypatch, session, host):
    def gone(name):
        raise MediaUnavailable

    monkeypatch.setattr(port, "ensure_room", lambda name: None)
    monkeypatch.setattr(port, "list_participants", gone)
    reply = post(host, session, "go_live")
    assert (reply.status_code, reply.json()["code"]) == (503, "media_unavailable")
    assert (Session.objects.get().status, OutboxEvent.objects.count()) == ("scheduled", 0)


def test_the_preset_limits_what_the_token_may_publish(livekit, session, host):
    Preset.objects.update(host_camera_enabled=False, host_screen_share=False)
    token = claims(post(host, session, "start").json()["data"]["livekit_token"])
    assert token["video"]["canPublishSources"] == ["microphone"]


def test_a_connection_in_another_tab_is_announced(livekit, clients, session, host):
    clients.connect(post(host, session, "start").json()["data"]["livekit_token"])
    assert post(host, session, "start").json()["data"]["connected_elsewhere"] is True


def test_an_encoders_session_has_its_key_and_setup_once_an_ingest_runs(livekit, session, host, settings):
    from media.ingests.health import ingest_of
    from rooms.queries import find_room
    from sessions.services import create_session
    from tests.conftest import as_person

    settings.RTMP_URL = "rtmp://webinar.example/live"
    created = create_session(
        actor=as_person(host),
        room=find_room(as_person(host), session.room_id),
        title="Encoder",
        preset_id=session.preset_id,
        mode="rtmp",
    )
    reply = post(host, created.session, "start")
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert data["rtmp"] == {
        "ingress_id": str(ingest_of(str(created.session.pk)).pk),
        "url": "rtmp://webinar.example/live",
        "stream_key": created.stream_key,
    }
    assert (data["rtmp_setup"]["server"], data["rtmp_setup"]["stream_key"]) == (
        "rtmp://webinar.example/live",
        created.stream_key,
    )
    assert set(data["rtmp_setup"]["instructions"]) == {"step1", "step2", "step3"}
    assert (data["whip_url"], data["whip_token"]) == (settings.WHIP_URL, created.stream_key)


@pytest.mark.django_db(transaction=True)
def test_two_sessions_of_a_room_going_live_at_once_let_one_through(livekit, session, room, preset, host):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    codes, ready = [], threading.Barrier(2)

    def go(which):
        client = client_for(host)
        ready.wait()
        codes.append(client.post(f"{API}/sessions/{which.pk}/go_live", {}, format="json").status_code)
        connection.close()

    threads = [threading.Thread(target=go, args=(which,)) for which in (session, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409]
    assert Session.objects.filter(status="live").count() == 1


@pytest.mark.django_db(transaction=True)
def test_going_live_four_times_at_once_is_told_once(livekit, session, host):
    codes, ready = [], threading.Barrier(4)

    def go():
        client = client_for(host)
        ready.wait()
        codes.append(client.post(f"{API}/sessions/{session.pk}/go_live", {}, format="json").status_code)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 4
    assert OutboxEvent.objects.filter(type="session.live").count() == 1


def test_a_room_left_by_a_refused_go_live_is_none(livekit, session, host, stranger):
    assert post(stranger, session, "go_live").status_code == 403
    with pytest.raises(RoomMissing):
        port.list_participants(session.media_room)
