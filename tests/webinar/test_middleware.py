"""What each answer says of caches, policy and language, however little of it is made anew."""

import pytest
from csp.constants import NONCE
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.middleware import TimeZoneMiddleware
from accounts.models import User
from tests.conftest import API, client_for
from webinar.middleware import PolicyMiddleware

POLICY = "Content-Security-Policy"


def _directives(response):
    return sorted(part.strip() for part in response[POLICY].split(";"))


def _answered(middleware, **own):
    request, response = RequestFactory().get("/"), HttpResponse()
    middleware.process_request(request)
    for name, value in own.items():
        setattr(response, name, value)
    return middleware.process_response(request, response)


def test_the_policy_is_the_libraries_own():
    ours, theirs = PolicyMiddleware(HttpResponse), CSPMiddleware(HttpResponse)
    for _time in range(3):
        assert _directives(_answered(ours)) == _directives(_answered(theirs))


def test_a_policy_of_an_answers_own_stays_its_own(settings):
    ours = PolicyMiddleware(HttpResponse)
    usual = _directives(_answered(ours))
    embedded = _answered(ours, _csp_update={"frame-ancestors": ["https://example.com"]})
    assert "https://example.com" in embedded[POLICY]
    assert POLICY not in _answered(ours, _csp_exempt=True)
    assert _directives(_answered(ours)) == usual
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["'none'"]}}
    assert _answered(ours)[POLICY] == "default-src 'none'"


def test_a_nonce_is_in_the_policy_of_its_answer_alone(settings):
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"script-src": ["'self'", NONCE]}}
    ours = PolicyMiddleware(HttpResponse)
    _answered(ours)
    request = RequestFactory().get("/")
    ours.process_request(request)
    nonce = str(request.csp_nonce)
    assert nonce in ours.process_response(request, HttpResponse())[POLICY]
    assert nonce not in _answered(ours)[POLICY]


@pytest.mark.django_db
def test_answers_depend_on_cookies_whether_there_are_any_or_not(live_session, host, client):
    for asking in (client, client_for(host)):
        reply = asking.get(f"{API}/sessions/{live_session.pk}")
        assert {"Cookie", "Accept-Language"} <= {name.strip() for name in reply["Vary"].split(",")}
        assert "frame-ancestors 'none'" in reply[POLICY]


@pytest.mark.parametrize(
    ("cookies", "zone"),
    [
        ({"sessionid": "x"}, "Asia/Tokyo"),
        ({"sessionid": "x", "time_zone": "Europe/Rome"}, "Asia/Tokyo"),
        ({"time_zone": "Europe/Rome"}, "Europe/Rome"),
        ({"time_zone": "Mars/Olympus"}, "UTC"),
        ({}, "UTC"),
    ],
)
def test_times_are_in_the_zone_that_a_signed_in_person_chose_else_in_the_browsers(cookies, zone):
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.user = User(time_zone="Asia/Tokyo")
    middleware = TimeZoneMiddleware(lambda _request: HttpResponse(timezone.get_current_timezone_name()))
    assert middleware(request).content.decode() == zone
