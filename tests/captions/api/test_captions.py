"""GET, POST /sessions/{id}/captions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from captions.models import CaptionLine
from organizations.services import create_api_key
from realtime.models import OutboxEvent
from sessions.models import Attendance, Session, SessionRole
from tests.conftest import API, CheckedClient


def address(session):
    return f"{API}/sessions/{session.pk}/captions"


def say(api, user, session, text="Welcome, everybody.", **fields):
    return api(user).post(address(session), {"text": text, **fields}, format="json")


def told():
    return [(event.topic, event.data["text"]) for event in OutboxEvent.objects.filter(type="caption.line")]


def test_a_captioner_of_the_crew_writes_a_line(api, live_session, host, member):
    SessionRole.objects.create(session=live_session, user=member, role="moderator", assigned_by=host)
    reply = say(api, member, live_session, "  Bonjour\n à tous ", language="fr-CA")
    data = reply.json()["data"]
    assert (reply.status_code, data["text"], data["language"]) == (201, "Bonjour à tous", "fr-CA")
    assert data["session_id"] == str(live_session.pk)
    row = CaptionLine.objects.get()
    assert (row.written_by, row.at) == (member, row.created_at)
    assert told() == [(f"session:{live_session.pk}", "Bonjour à tous")]


def test_a_service_writes_with_a_key_and_may_repeat_itself(live_session, host, tenant):
    _row, key = create_api_key(organization=tenant.organization, acts_as=host, name="STT", scopes=["sessions"])
    client = CheckedClient()
    said = live_session.started_at + timedelta(seconds=12)
    for _ in range(2):
        reply = client.post(
            address(live_session),
            {"text": "Hello", "language": "en", "at": said.isoformat()},
            format="json",
            HTTP_X_API_KEY=key,
            HTTP_IDEMPOTENCY_KEY="line-1",
        )
        assert reply.status_code == 201
    assert [(row.text, row.at) for row in CaptionLine.objects.all()] == [("Hello", said)]


def test_nobody_else_writes(api, live_session, room, guest, stranger):
    Attendance.objects.create(session=live_session, user=guest)
    statuses = [say(api, user, live_session).status_code for user in (None, guest, stranger)]
    room.visibility = "private"
    room.save()
    statuses.append(say(api, stranger, live_session).status_code)
    assert (statuses, CaptionLine.objects.count(), told()) == ([401, 403, 403, 404], 0, [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": 5}, "text"),
        ({"language": "English please"}, "language"),
        ({"language": "e"}, "language"),
        ({"language": "en\n"}, "language"),
        ({"language": 'en"><script>'}, "language"),
        ({"at": "soon"}, "at"),
        ({"at": "2126-01-01T00:00:00Z"}, "at"),
    ],
)
def test_what_cannot_be_shown_is_invalid(api, live_session, host, fields, field):
    reply = say(api, host, live_session, **fields)
    ok = fields == {"language": "en\n"}  # white space around it is cut off
    assert reply.status_code == (201 if ok else 422)
    if not ok:
        assert [error["field"] for error in reply.json()["errors"]] == [field]
        assert CaptionLine.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hant", "zh-Hant-TW", "de-CH-1996", "es-419", "gsw", "und"])
def test_languages_are_tags_of_bcp_47(api, live_session, host, language):
    assert say(api, host, live_session, language=language).json()["data"]["language"] == language


def test_a_moment_before_the_start_is_brought_into_the_session(api, live_session, host):
    say(api, host, live_session, at=(live_session.started_at - timedelta(hours=1)).isoformat())
    assert CaptionLine.objects.get().at == live_session.started_at


@pytest.mark.parametrize(("status", "code"), [("scheduled", "session_not_live"), ("ended", "session_ended")])
def test_captions_belong_to_a_live_session(api, session, host, status, code):
    if status == "ended":
        Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    reply = say(api, host, session)
    assert (reply.status_code, reply.json()["code"], CaptionLine.objects.count()) == (409, code, 0)


def test_there_is_a_limit(api, live_session, host, monkeypatch):
    monkeypatch.setattr("captions.services.LINES_A_MINUTE", 2)
    assert [say(api, host, live_session).status_code for _ in range(3)] == [201, 201, 429]


def test_everybody_in_the_session_reads_them_in_order(api, live_session, host, guest, stranger, room):
    for number in range(3):
        say(api, host, live_session, f"Line {number}")
    assert api(guest).get(address(live_session)).status_code == 403
    assert api().get(address(live_session)).status_code == 401
    Attendance.objects.create(session=live_session, user=guest)
    data = api(guest).get(address(live_session)).json()["data"]
    assert ([line["text"] for line in data["captions"]], data["total"]) == (["Line 0", "Line 1", "Line 2"], 3)
    data = api(guest).get(address(live_session), {"page": 2, "limit": 2}).json()["data"]
    assert [line["text"] for line in data["captions"]] == ["Line 2"]
    room.visibility = "private"
    room.save()
    hidden = api(stranger).get(address(live_session))
    assert (hidden.status_code, b"Line" in hidden.content) == (404, False)


def test_reading_costs_the_same_for_one_and_for_three(api, live_session, host):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            api(host).get(address(live_session))
        return len(queries)

    say(api, host, live_session)
    one = cost()
    say(api, host, live_session)
    say(api, host, live_session)
    assert cost() == one


def test_pages_that_open_get_the_last_lines_and_nobody_outside_does(api, live_session, host, guest, session):
    from accounts.person import Person
    from sessions.queries import complete_session
    from sockets.state import state_for

    for number in range(5):
        say(api, host, live_session, f"Line {number}")

    def seen():
        return [line["text"] for line in state_for(Person(user=guest), complete_session(live_session.pk))["captions"]]

    assert seen() == ["Line 2", "Line 3", "Line 4"]
    Session.objects.update(is_door_closed=True)
    assert seen() == []
