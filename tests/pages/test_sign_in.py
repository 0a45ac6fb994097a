"""The sign-in for every kind of account, and who is who in a browser that a guest used before."""

import pytest

from accounts.models import DeviceToken, User
from accounts.pages import DEVICE_COOKIE
from tests.pages.conftest import text_of

PASSWORD = "correct horse"
PAGES = ["/dashboard", "/rooms", "/account", "/account/email", "/sessions/{session}", "/accounts/password/change/"]
LOGIN = "/accounts/login/"


@pytest.fixture
def people(host, member, viewer, guest, stranger):
    """One of every kind of account."""
    return {
        "nobody": None,
        "guest": guest,
        "host": host,
        "member": member,
        "viewer": viewer,
        "stranger": stranger,
        "superuser": User.objects.create_superuser("root@example.com", PASSWORD, username="Root"),
        "staff": User.objects.create_user("staff@example.com", PASSWORD, username="Staff", is_staff=True),
        "no organization": User.objects.create_user("lone@example.com", PASSWORD, username="Lone", role="host"),
        "no address": User.objects.create_user(username="External", role="host", external_user_id="7"),
    }


@pytest.fixture
def joined(browse, client, room, session):
    """A browser in which a guest came into the room by its link."""
    client.post(f"/w/{room.slug}", {"display_name": "Grace"})
    assert User.objects.get(pk=client.session["_auth_user_id"]).is_guest
    return client


def follow(client, address):
    """The last page, once no redirect is left; one address twice is a circle."""
    seen = []
    response = client.get(address)
    while response.status_code in (301, 302):
        assert address not in seen, seen
        seen.append(address)
        address = response["Location"]
        response = client.get(address)
    return response


@pytest.mark.any_database
def test_no_page_leads_back_to_itself_for_any_kind_of_account(people, browse, session):
    addresses = [page.format(session=session.pk) for page in PAGES]
    addresses += [LOGIN, *(f"{LOGIN}?next={page}" for page in (*addresses, LOGIN, f"{LOGIN}?next={LOGIN}", "/admin/"))]
    addresses += ["/admin/", "/admin/login/", "/admin/password_change/", "/accounts/logout/", "/"]
    ends = {
        (kind, address): follow(browse(user), address).status_code
        for kind, user in people.items()
        for address in addresses
    }
    assert set(ends.values()) <= {200, 403, 404}


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_reads_who_they_are_and_may_sign_in(page, joined, session):
    response = follow(joined, page.format(session=session.pk))
    assert response.request["PATH_INFO"] == LOGIN
    assert "You are here as the guest <strong>Grace</strong>" in text_of(response)
    assert "Continue as host" in text_of(response)


def test_signing_in_replaces_the_guest_and_leads_on(joined, host):
    response = joined.post(f"{LOGIN}?next=/rooms", {"login": host.email, "password": PASSWORD})
    assert response["Location"] == "/rooms"
    assert joined.session["_auth_user_id"] == str(host.pk)
    assert "entered_rooms" not in joined.session
    assert joined.get("/rooms").status_code == 200


def test_a_wrong_password_leaves_the_guest_a_guest(joined, host, room):
    response = joined.post(LOGIN, {"login": host.email, "password": "wrong"})
    assert "You are here as the guest" in text_of(response)
    assert "entered_rooms" in joined.session


def test_a_guest_signs_out_and_is_nobody_afterwards(joined, room):
    assert "Sign out" in text_of(joined.get(LOGIN))
    token = joined.cookies[DEVICE_COOKIE].value
    response = joined.post("/accounts/logout/")
    assert response["Location"] == "/"
    assert "_auth_user_id" not in joined.session
    assert joined.cookies[DEVICE_COOKIE].value == ""
    assert DeviceToken.objects.exclude(revoked_at=None).count() == 1
    joined.cookies[DEVICE_COOKIE] = token
    joined.post(f"/w/{room.slug}", {"display_name": "Grace"})
    assert User.objects.filter(is_guest=True, username="Grace").count() == 2


def test_a_guest_has_no_password_to_change_or_to_reset(joined, guest, mailoutbox, tasks_at_once):
    data = {"oldpassword": "", "password1": "battery staple 9", "password2": "battery staple 9"}
    assert joined.post("/accounts/password/change/", data).status_code == 401
    joined.post("/accounts/password/reset/", {"email": "grace@example.com"})
    assert mailoutbox == []
    assert joined.post("/account/email", {"email": "grace@example.com", "password": ""}).status_code == 401


def test_a_member_without_a_password_has_a_link_sent(browse, host):
    host.set_unusable_password()
    host.save()
    response = browse(host).get("/accounts/password/change/")
    assert response["Location"] == "/accounts/password/reset/"
    assert "Your account has no password yet" in text_of(browse(host).get("/accounts/password/change/", follow=True))


def test_a_member_who_opens_the_sign_in_goes_on(browse, host, viewer):
    assert browse(host).get(LOGIN)["Location"] == "/dashboard"
    assert browse(host).get(f"{LOGIN}?next=/rooms")["Location"] == "/rooms"
    assert browse(viewer).get(LOGIN)["Location"] == "/account"


@pytest.mark.parametrize(
    "place",
    [
        *(
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "http://localhost:9999/",
            "javascript:alert(1)",
        ),
        *("http://127.0.0.1/", "http://testserver/", "\\/evil.example", "https:evil.example"),
    ],
)
def test_signing_in_and_out_leads_nowhere_else(place, browse, host):
    data = {"login": host.email, "password": PASSWORD, "next": place}
    assert browse().post(LOGIN, data)["Location"] == "/dashboard"
    assert browse(host).get(LOGIN, {"next": place})["Location"] == "/dashboard"
    assert browse(host).post("/accounts/logout/", {"next": place})["Location"] == "/"


def test_the_wrong_old_password_is_limited_like_any_other(browse, host, settings):
    settings.LOGIN_FAILURE_LIMIT = 2
    data = {"oldpassword": "wrong", "password1": "battery staple 9", "password2": "battery staple 9"}
    client = browse(host)
    answers = [client.post("/accounts/password/change/", data) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].context["form"].errors["oldpassword"] == ["This is not your current password."]
    signing_in = browse().post(LOGIN, {"login": host.email, "password": PASSWORD})
    assert signing_in.status_code == 429


def test_every_door_counts_the_same_wrong_passwords(browse, api, host, settings):
    """Page, API and admin: none of them gives a few tries more."""
    settings.LOGIN_FAILURE_LIMIT = 3
    wrong = {"email": host.email, "password": "wrong"}
    browse().post(LOGIN, {"login": host.email.upper(), "password": "wrong"})
    api().post("/v1/webinar/auth/login", wrong, format="json")
    browse().post("/admin/login/", {"username": host.email, "password": "wrong"})
    assert api().post("/v1/webinar/auth/login", {**wrong, "password": PASSWORD}, format="json").status_code == 429
    assert browse().post(LOGIN, {"login": host.email, "password": PASSWORD}).status_code == 429
    page = browse().post("/admin/login/", {"username": host.email, "password": PASSWORD})
    assert "Too many wrong tries for this account." in text_of(page)
    elsewhere = browse().post(LOGIN, {"login": host.email, "password": PASSWORD}, REMOTE_ADDR="2001:db8:1::1")
    assert elsewhere.status_code == 302


def test_one_password_tried_on_many_accounts_is_limited_too(browse, host, settings):
    settings.LOGIN_NETWORK_LIMIT = 5
    here = {"REMOTE_ADDR": "2001:db8:1:2::1"}
    for number in range(5):
        here["REMOTE_ADDR"] = f"2001:db8:1:2::{number}"
        browse().post(LOGIN, {"login": f"{number}@example.com", "password": "spring2026"}, **here)
    assert browse().post(LOGIN, {"login": host.email, "password": PASSWORD}, **here).status_code == 429
    there = {"REMOTE_ADDR": "2001:db8:1:3::1"}
    assert browse().post(LOGIN, {"login": host.email, "password": PASSWORD}, **there).status_code == 302


def test_who_signs_in_often_is_not_limited(browse, host, settings):
    settings.LOGIN_NETWORK_LIMIT = settings.LOGIN_FAILURE_LIMIT = 2
    data = {"login": host.email, "password": PASSWORD}
    assert [browse().post(LOGIN, data).status_code for _ in range(6)] == [302] * 6
