"""The signed cookie by which a browser is known, and who is linked with it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import devices
from accounts.models import Device, DeviceUse, User
from accounts.services import register_guest
from tests.conftest import API


def request_with(cookie=None):
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[devices.COOKIE] = cookie
    return request


@pytest.fixture
def known(guest):
    """The cookie of a browser that ``guest`` used."""
    response = HttpResponse()
    devices.remember(request_with(), guest, response)
    return response.cookies[devices.COOKIE]


def people_of(device):
    return set(User.objects.filter(device_uses__device=device))


def test_the_first_account_of_a_browser_gets_it_a_cookie_that_scripts_do_not_see(known, guest, settings):
    assert (known["httponly"], known["samesite"], known["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    assert bool(known["secure"]) == settings.SESSION_COOKIE_SECURE
    assert people_of(Device.objects.get()) == {guest}
    assert str(Device.objects.get().pk) not in known.value


def test_over_https_the_cookie_travels_over_https_alone(guest, settings):
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()
    devices.remember(request_with(), guest, response)
    assert response.cookies[devices.COOKIE]["secure"]


def test_later_accounts_are_linked_to_the_same_browser_once_each(known, guest, host):
    for _ in range(2):
        response = HttpResponse()
        devices.remember(request_with(known.value), host, response)
        assert devices.COOKIE not in response.cookies
    assert people_of(Device.objects.get()) == {guest, host}
    assert list(devices.sharing_device_with(host.pk)) == [guest]


@pytest.mark.parametrize("cookie", ["", "x", "01890a5d-ac96-774b-bcce-b302099a8057", "a:b:c"])
def test_a_forged_cookie_names_no_browser(known, host, cookie):
    devices.remember(request_with(cookie), host)
    assert devices.device_of(request_with(cookie)) is None
    assert DeviceUse.objects.count() == 1


def test_a_cookie_signed_for_another_purpose_names_no_browser(known):
    from django.core import signing

    other = signing.dumps(str(Device.objects.get().pk), salt="something else")
    assert devices.device_of(request_with(other)) is None


def test_a_cookie_ends_after_a_year(known, settings, time_machine):
    from django.utils import timezone

    time_machine.move_to(timezone.now() + settings.DEVICE_TOKEN_LIFETIME * 1.01)
    assert devices.device_of(request_with(known.value)) is None


def test_a_browser_that_we_forgot_gets_a_new_cookie(known, host):
    Device.objects.all().delete()
    response = HttpResponse()
    devices.remember(request_with(known.value), host, response)
    assert people_of(Device.objects.get()) == {host}
    assert response.cookies[devices.COOKIE].value != known.value


def test_registering_through_the_api_sets_the_cookie_and_links_later_names(api, db):
    client = api()
    for name in ("Grace", "Ada"):
        assert client.post(f"{API}/auth/viewer/register", {"display_name": name}, format="json").status_code == 201
    assert {user.username for user in people_of(Device.objects.get())} == {"Grace", "Ada"}


def test_a_device_login_links_the_browser_that_it_comes_from(api, db):
    _guest, token = register_guest(display_name="Elsewhere")
    client = api()
    client.post(f"{API}/auth/viewer/register", {"display_name": "Grace"}, format="json")
    client.post(f"{API}/auth/viewer/device-login", {"device_token": token}, format="json")
    assert {user.username for user in people_of(Device.objects.get())} == {"Grace", "Elsewhere"}


def test_entering_by_the_page_sets_the_cookie(client, room, session):
    response = client.post(f"/w/{room.slug}", {"display_name": "Grace"})
    assert response.cookies[devices.COOKIE]["httponly"]
    assert {user.username for user in people_of(Device.objects.get())} == {"Grace"}


def test_signing_in_on_the_page_links_a_known_browser_and_marks_no_other(client, host, known):
    sign_in = {"login": host.email, "password": "correct horse"}
    other = client.post("/accounts/login/", sign_in)
    assert (other.status_code, devices.COOKIE in other.cookies) == (302, False)
    client.logout()
    client.cookies[devices.COOKIE] = known.value
    client.post("/accounts/login/", sign_in)
    assert host in people_of(Device.objects.get())


def test_joining_links_the_browser(api, live_session, guest, host, known):
    newcomer = User.objects.create_user(username="New", is_guest=True)
    client = api(newcomer)
    client.cookies[devices.COOKIE] = known.value
    assert client.post(f"{API}/sessions/{live_session.pk}/join", {}, format="json").status_code == 200
    assert people_of(Device.objects.get()) == {guest, newcomer}
