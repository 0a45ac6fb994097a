"""POST /sessions/{id}/join."""

import pytest
from livekit import rtc

from media.livekit import client as port
from sessions.models import Attendance, Session
from tests.conftest import API, client_for
from tests.livekit import until
from tests.openapi import assert_matches_schema
from tests.participants import claims

AUDIENCE = {"canPublish": False, "canSubscribe": True, "canPublishData": False, "hidden": True}


def join(user, session, body=None):
    return client_for(user).post(f"{API}/sessions/{session.pk}/join", body or {}, format="json")


def test_the_audience_gets_a_hidden_listening_token(live_session, guest, settings):
    reply = join(guest, live_session)
    assert reply.status_code == 200
    assert_matches_schema(reply)
    assert reply["Cache-Control"] == "no-store"
    data = reply.json()["data"]
    assert (data["role"], data["hls_url"], data["connected_elsewhere"]) == ("audience", None, False)
    assert (data["room_name"], data["livekit_url"]) == (str(live_session.pk), settings.LIVEKIT_PUBLIC_URL)
    token = claims(data["livekit_token"])
    owner, _, tab = token["sub"].partition(":")
    assert (owner, len(tab) >= 8) == (str(guest.pk), True)
    assert {name: token["video"].get(name) for name in AUDIENCE} == AUDIENCE
    assert token["exp"] - token["nbf"] <= settings.AUDIENCE_TOKEN_LIFETIME.total_seconds()
    assert data["realtime"]["transport"] == "websocket"
    assert Attendance.objects.get().user == guest


def test_each_tab_has_an_identity_of_its_own_and_the_person_attends_once(live_session, guest):
    subjects = {claims(join(guest, live_session).json()["data"]["livekit_token"])["sub"] for _ in range(3)}
    assert (len(subjects), Attendance.objects.count()) == (3, 1)


def test_before_live_the_audience_waits_and_the_crew_comes_in(livekit, session, guest, host):
    reply = join(guest, session)
    assert (reply.status_code, reply.json()["code"]) == (409, "session_not_live")
    data = join(host, session).json()["data"]
    assert (data["role"], claims(data["livekit_token"])["sub"]) == ("host", str(host.pk))
    assert Session.objects.get().is_backstage
    assert [room.name for room in port.list_rooms()] == [str(session.pk)]


def test_an_open_backstage_lets_no_audience_in(livekit, session, guest, host):
    join(host, session)
    assert join(guest, session).json()["code"] == "session_not_live"
    assert [row.user for row in Attendance.objects.all()] == [host]


def test_a_host_may_watch_as_the_audience_does(livekit, live_session, host):
    data = join(host, live_session, {"as": "audience"}).json()["data"]
    token = claims(data["livekit_token"])
    assert (data["role"], token["video"]["hidden"], token["video"]["canPublish"]) == ("audience", True, False)
    assert token["sub"].startswith(f"{host.pk}:")


def test_a_host_does_not_watch_before_it_is_live(session, host):
    assert join(host, session, {"as": "audience"}).json()["code"] == "session_not_live"
    assert not Session.objects.get().is_backstage


@pytest.mark.parametrize(("status", "code"), [("ended", "session_ended"), ("expired", "session_expired")])
@pytest.mark.parametrize("who", ["host", "guest"])
def test_what_is_over_lets_nobody_in(session, who, status, code, request):
    Session.objects.update(status=status, started_at=session.created_at if status == "ended" else None)
    reply = join(request.getfixturevalue(who), session)
    assert (reply.status_code, reply.json()["code"]) == (409, code)
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize("value", ["host", 1, True, [], {"x": 1}, "AUDIENCE", ""])
def test_nobody_chooses_another_role(live_session, guest, value):
    reply = join(guest, live_session, {"as": value})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "as")


def test_without_livekit_the_audience_still_gets_in_and_the_crew_is_told(livekit_down, live_session, guest, host):
    assert join(guest, live_session).status_code == 200
    reply = join(host, live_session)
    assert (reply.status_code, reply.json()["code"]) == (503, "media_unavailable")


def test_joins_from_one_address_are_limited(live_session, guest, settings):
    settings.REGISTER_LIMIT = 2
    assert [join(guest, live_session).status_code for _ in range(3)] == [200, 200, 429]


def test_an_audience_token_can_neither_publish_nor_send_data(livekit, clients, session, guest, host):
    client_for(host).post(f"{API}/sessions/{session.pk}/go_live", {}, format="json")
    studio = clients.connect(join(host, session).json()["data"]["livekit_token"])
    heard = []
    studio.on("data_received", lambda packet: heard.append(packet))
    watcher = clients.connect(join(guest, session).json()["data"]["livekit_token"])
    with pytest.raises(Exception, match=r"(?i)permission|publish|timed out"):
        clients.publish(watcher)
    clients.run(_send(watcher))
    clients.publish(studio, rtc.TrackSource.SOURCE_CAMERA)

    def tracks():
        return {person.hidden: len(person.tracks) for person in port.list_participants(session.media_room)}

    until(lambda: tracks() == {False: 1, True: 0}, "only the host publishes")
    assert (heard, list(studio.remote_participants)) == ([], [])


def test_ones_own_former_connection_is_told_as_no_other(livekit, clients, session, host):
    studio = clients.connect(join(host, session).json()["data"]["livekit_token"])
    sid = studio.local_participant.sid

    def elsewhere(former):
        return join(host, session, {"connection_id": former}).json()["data"]["connected_elsewhere"]

    assert {former: elsewhere(former) for former in (None, "", "PA_another", sid)} == {
        None: True,
        "": True,
        "PA_another": True,
        sid: False,
    }
    assert join(host, session, {"connection_id": "x" * 65}).status_code == 422


async def _send(room):
    try:
        await room.local_participant.publish_data(b"hello")
    except Exception:  # noqa: BLE001 — LiveKit may refuse it or drop it
        return
