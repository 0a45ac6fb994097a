"""Guests in our own pages."""

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import pages, services


def request(**cookies):
    made = RequestFactory().get("/w/acme-room")
    made.session = SessionStore()
    made.COOKIES = cookies
    return made


def test_a_guest_is_signed_in_and_their_device_token_kept_out_of_scripts_reach(db, settings):
    settings.SESSION_COOKIE_SECURE = True
    guest, token = services.register_guest(display_name="Grace")
    visit, response = request(), HttpResponse()
    pages.sign_in_guest(visit, response, guest, token)
    assert get_user(visit) == guest
    cookie = response.cookies["device_token"]
    assert (cookie.value, cookie["httponly"], cookie["secure"], cookie["samesite"]) == (token, True, True, "Lax")
    assert cookie["max-age"] == 365 * 24 * 3600


def test_the_cookie_opens_the_same_guest_with_a_new_token(db):
    guest, token = services.register_guest(display_name="Grace")
    again, newer = pages.guest_from_cookie(request(device_token=token))
    assert again == guest
    assert newer != token


def test_without_a_cookie_or_with_a_wrong_one_nobody_comes_back(db, guest):
    assert [pages.guest_from_cookie(request()), pages.guest_from_cookie(request(device_token="dt_x"))] == [None, None]
