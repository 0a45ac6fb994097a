"""What the log says about requests: the route, the answer and who asked; no path, and nothing of any length."""

import io
import logging

import pytest
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from webinar.redaction import CUT, LONGEST_VALUE
from webinar.request_log import LONGEST_AGENT, NO_ROUTE


@pytest.fixture
def log():
    """What the product's own handler writes."""
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, ProcessorFormatter))
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/accounts/password/reset/key/1-s3cret/", "/accounts/password/reset/key/"),
        ("/i/s3cret", "/i/<"),
        ("/v1/webinar/sessions/s3cret", "/v1/webinar/sessions/<"),
        ("/v1/webinar/nothing/s3cret", "/v1/webinar/.*$"),
        ("/v1/webinar/asyncapi?key=1-s3cret&x=s3cret", "/v1/webinar/asyncapi"),
        ("/nowhere/s3cret", NO_ROUTE),
        ("/nowhere/s3cret%0Anew line", NO_ROUTE),
    ],
)
def test_a_request_is_logged_by_its_route(client, db, log, path, route):
    client.get(path)
    assert f"GET {route}" in log.getvalue()
    assert "s3cret" not in log.getvalue()


def lines(log):
    return log.getvalue().splitlines()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/", 200),
        ("/v1/webinar/asyncapi", 200),
        ("/v1/webinar/nothing", 404),
        ("/nowhere", 404),
    ],
)
def test_a_request_is_one_line(client, db, log, path, code):
    client.get(path)
    [line] = lines(log)
    assert f"code={code}" in line


def test_an_export_that_is_streamed_is_one_line(api, host, live_session, log):
    answer = api(host).get(f"/v1/webinar/sessions/{live_session.pk}/attendance/export")
    assert b"".join(answer.streaming_content)
    [line] = lines(log)
    assert "code=200" in line


def test_health_checks_and_heartbeats_are_no_line_unless_they_fail(api, db, host, live_session, log):
    ours = api(host)
    assert ours.get("/v1/webinar/health").status_code == 200
    assert ours.post(f"/v1/webinar/sessions/{live_session.pk}/heartbeat").status_code == 200
    assert lines(log) == []
    assert api().post(f"/v1/webinar/sessions/{live_session.pk}/heartbeat").status_code == 401
    [line] = lines(log)
    assert "code=401" in line


def test_who_asked_is_named(api, db, host, log):
    api(host).get("/v1/webinar/rooms")
    [line] = lines(log)
    assert f"user_id={host.pk}" in line


def test_a_refused_form_is_logged_by_its_route(db, log):
    Client(enforce_csrf_checks=True).post("/accounts/password/reset/key/1-s3cret/")
    assert "Forbidden (CSRF cookie not set.): /accounts/password/reset/key/" in log.getvalue()
    assert "s3cret" not in log.getvalue()


def test_a_failure_is_logged_by_its_route_with_its_traceback(client, log, monkeypatch):
    def fail(request):
        raise RuntimeError("Something broke" + "!" * 10**6)

    monkeypatch.setattr("webinar.health.HealthViewSet.reply", lambda *_arguments: fail(None))
    client.raise_request_exception = False
    assert client.get("/v1/webinar/health?secret=s3cret").status_code == 500
    assert "GET /v1/webinar/health" in log.getvalue()
    assert log.getvalue().count("RuntimeError: Something broke") == 1
    assert "s3cret" not in log.getvalue()
    assert len(log.getvalue()) < 200_000


def test_of_a_user_agent_only_the_beginning_is_kept(client, log):
    client.get("/v1/webinar/asyncapi", headers={"User-Agent": "Browser/1 " + "eyJ-" * 16_000})
    assert "Browser/1" in log.getvalue()
    assert len(log.getvalue()) < 1000
    client.get("/v1/webinar/asyncapi", headers={"User-Agent": "a" * 1000})
    assert "a" * LONGEST_AGENT in log.getvalue()
    assert "a" * (LONGEST_AGENT + 1) not in log.getvalue()


def test_the_address_is_the_one_that_the_product_believes(client, log):
    client.get("/v1/webinar/asyncapi", headers={"X-Forwarded-For": "198.51.100.66", "X-Real-IP": "198.51.100.67"})
    assert "ip=127.0.0.1" in log.getvalue()
    assert "198.51.100" not in log.getvalue()


def test_lines_of_others_are_bounded_too(log):
    logging.getLogger("some.library").warning("Invalid header: %r", "x" * 10**6)
    assert "Invalid header" in log.getvalue()
    assert len(log.getvalue()) < LONGEST_VALUE + len(CUT) + 200
