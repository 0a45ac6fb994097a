"""When the database has no time: 503 in each of the product's voices, with when to come again, and never a 500."""

import asyncio

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from core.errors import Busy
from core.precedence import ahead, goes_ahead
from core.write_queue import queue_of
from sessions.models import Attendance
from sessions.rights.capabilities import capabilities
from sockets.admission import Connection
from sockets.commands import run_command
from sockets.frames import CommandFrame
from sockets.tickets import Pass
from tests.conftest import API, as_person
from tests.pages.conftest import text_of
from webinar.views import problem_page, server_error


class Deadlock(OperationalError):
    """As psycopg says it."""

    sqlstate = "40P01"


class Writer:
    """Somebody who writes for ever."""


@pytest.fixture
def occupied(transactional_db, settings):
    """Somebody writes, and nobody may wait for it. On PostgreSQL, which has no such queue, tests use refusals instead."""
    settings.WRITE_WAIT_SECONDS = 0.01
    writer = Writer()
    place = queue_of(str(connection.settings_dict["NAME"])).take(writer)
    yield
    place.give_back()


pytestmark = pytest.mark.any_database


def test_the_api_says_busy_and_when_to_come_again(transactional_db, request):
    client = Client()
    request.getfixturevalue("occupied")
    answer = client.post(f"{API}/auth/viewer/register", {"display_name": "Ann"}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "2", "busy")
    assert not User.objects.filter(is_guest=True).exists()


def test_a_form_is_kept_in_the_page_that_sends_it_again_by_itself(transactional_db, live_session, request):
    client, address = Client(), f"/w/{live_session.room.slug}"
    request.getfixturevalue("occupied")
    for times, by_itself in ((None, True), ("5", True), ("6", False), ("x", True)):
        sent = {"display_name": '"><b>Ann', "action": "enter", **({"times_sent": times} if times else {})}
        answer = client.post(address, sent)
        page = text_of(answer)
        assert (answer.status_code, answer["Retry-After"]) == (503, "2"), page
        assert '<input type="hidden" name="display_name" value="&quot;&gt;&lt;b&gt;Ann">' in page
        assert f'action="{address}"' in page
        assert ("data-send-again=" in page) is by_itself


@pytest.mark.django_db
def test_a_form_with_a_password_is_not_kept(rf):
    from django.contrib.auth.models import AnonymousUser

    asked = rf.post("/accounts/login/", {"login": "a@b.example", "password": "correct horse"})
    asked.user, asked.LANGUAGE_CODE = AnonymousUser(), "en"
    page = text_of(problem_page(asked, Busy()))
    assert "correct horse" not in page
    assert "data-send-again" not in page


@pytest.mark.django_db
def test_a_page_that_was_only_read_is_read_again_by_itself(rf):
    from django.contrib.auth.models import AnonymousUser

    asked = rf.get("/dashboard")
    asked.user, asked.LANGUAGE_CODE = AnonymousUser(), "en"
    answer = problem_page(asked, Busy())
    assert answer.status_code == 503
    assert 2 <= int(answer["Refresh"]) <= 6


@pytest.mark.parametrize("failure", [Busy, Deadlock])
def test_where_no_view_was_asked_it_is_no_500_either(rf, failure):
    def fail():
        raise failure

    def answer(path):
        try:
            fail()
        except Exception:  # noqa: BLE001 — as Django's own handler
            return server_error(rf.get(path))

    page, reply = answer("/dashboard"), answer(f"{API}/rooms")
    assert (page.status_code, reply.status_code, reply["Retry-After"]) == (503, 503, "2")
    assert page.has_header("Refresh")
    assert server_error(rf.get("/dashboard")).status_code == 500


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_that_the_database_refuses_is_asked_once_more(transactional_db, host, monkeypatch, times):
    from pages import dashboard

    original, calls = dashboard.render, []

    def refusing(*arguments, **options):
        calls.append(1)
        if len(calls) <= times:
            raise Deadlock
        return original(*arguments, **options)

    monkeypatch.setattr(dashboard, "render", refusing)
    client = Client()
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/dashboard")
    assert (answer.status_code, len(calls)) == ((200, 2) if times == 1 else (503, 2))


def test_a_command_says_busy_and_when_to_come_again(transactional_db, live_session, guest, request):
    Attendance.objects.create(session=live_session, user=guest)
    person = as_person(guest)
    ann = Connection(Pass.of(person, live_session), guest.username, capabilities(person, live_session))
    request.getfixturevalue("occupied")
    reply = asyncio.run(run_command(ann, CommandFrame(id=1, do="chat.send", data={"message": "Hello"})))
    assert '"code":"busy"' in reply
    assert '"retry_after":2' in reply


def test_the_crew_goes_ahead_by_its_rights_and_nobody_else(api, live_session, host, member, guest, stranger):
    def asks(user, path, body=None):
        with ahead(False):
            api(user).post(f"{API}/sessions/{live_session.pk}/{path}", body or {}, format="json")
            return goes_ahead()

    assert asks(host, "host_audio_state", {"enabled": False})
    assert asks(host, "realtime/ticket")
    assert not asks(guest, "realtime/ticket")
    assert not asks(stranger, "realtime/ticket")
    assert not asks(stranger, "end")
