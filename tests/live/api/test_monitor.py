"""GET /sessions/{id}/monitor."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.models import Attendance, Session
from tests.conftest import API, client_for
from tests.openapi import assert_matches_schema
from tests.participants import claims


def monitor(user, session):
    return client_for(user).get(f"{API}/sessions/{session.pk}/monitor")


def test_the_host_watches_unseen_and_uncounted(live_session, host):
    reply = monitor(host, live_session)
    assert_matches_schema(reply)
    assert set(reply.json()["data"]) == {"livekit_token", "room_name", "livekit_url"}
    token = claims(reply.json()["data"]["livekit_token"])
    assert token["sub"].startswith("monitor:")
    assert (token["video"]["hidden"], token["video"]["canPublish"], token["video"]["canSubscribe"]) == (
        True,
        False,
        True,
    )
    assert Attendance.objects.count() == 0


def test_watching_waits_for_no_writer(live_session, host):
    with CaptureQueriesContext(connection) as queries:
        assert monitor(host, live_session).status_code == 200
    assert [query["sql"] for query in queries if query["sql"].startswith("SAVEPOINT")] == []


@pytest.mark.parametrize("who", ["guest", "member", "stranger"])
def test_others_may_not(live_session, who, request):
    assert monitor(request.getfixturevalue(who), live_session).status_code == 403


def test_there_is_nothing_to_watch_before_the_backstage_opens(session, host):
    assert monitor(host, session).json()["code"] == "session_not_live"
    Session.objects.update(backstage_opened_at=session.created_at)
    assert monitor(host, session).status_code == 200
