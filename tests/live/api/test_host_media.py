"""POST /sessions/{id}/host_video_state and /host_audio_state."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live.services import host_audio_state
from realtime.models import OutboxEvent
from sessions.models import Session
from tests.conftest import API, as_person, client_for
from tests.openapi import assert_matches_schema

STATES = [("host_video_state", "host.video"), ("host_audio_state", "host.audio")]


def post(user, session, state, body=None):
    return client_for(user).post(f"{API}/sessions/{session.pk}/{state}", body or {}, format="json")


@pytest.mark.parametrize(("state", "event"), STATES)
def test_switching_is_told_to_everyone_in_once(live_session, host, state, event):
    reply = post(host, live_session, state, {"enabled": True})
    assert_matches_schema(reply)
    assert reply.json()["data"] == {"enabled": True}
    post(host, live_session, state, {"enabled": True})
    rows = list(OutboxEvent.objects.values_list("topic", "type", "data"))
    assert rows == [(f"session:{live_session.pk}", event, {"enabled": True})]


@pytest.mark.parametrize(("state", "event"), STATES)
def test_without_a_body_it_only_answers(live_session, host, state, event):
    assert post(host, live_session, state).json()["data"] == {"enabled": False}
    post(host, live_session, state, {"enabled": True})
    assert post(host, live_session, state).json()["data"] == {"enabled": True}
    assert OutboxEvent.objects.count() == 1


def test_who_only_reads_the_state_waits_for_no_writer(live_session, host):
    with CaptureQueriesContext(connection) as queries:
        host_audio_state(actor=as_person(host), session=live_session)
    assert [query["sql"] for query in queries if query["sql"].startswith("SAVEPOINT")] == []


@pytest.mark.parametrize("state", ["host_video_state", "host_audio_state"])
@pytest.mark.parametrize("value", ["true", 1, None, [], "no"])
def test_only_a_boolean_will_do(live_session, host, state, value):
    reply = post(host, live_session, state, {"enabled": value})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "enabled")


def test_a_closed_session_has_no_camera_to_switch(session, host):
    assert post(host, session, "host_video_state", {"enabled": True}).json()["code"] == "session_not_live"
    assert post(host, session, "host_video_state").json()["data"] == {"enabled": False}
    Session.objects.update(status="ended", started_at=session.created_at)
    assert post(host, session, "host_video_state", {"enabled": True}).json()["code"] == "session_ended"


@pytest.mark.parametrize("who", ["guest", "member"])
def test_the_audience_switches_nothing(live_session, who, request):
    assert post(request.getfixturevalue(who), live_session, "host_audio_state", {"enabled": True}).status_code == 403
