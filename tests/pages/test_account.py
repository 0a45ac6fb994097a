"""Sign-in, password reset, the account page and the mailbox."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.test import Client

from accounts.models import User
from core.errors import TooManyForAccount
from tests.pages.conftest import text_of

PASSWORD = "correct horse"


def test_signing_in_leads_to_the_dashboard_or_back_to_where_one_was(browse, host):
    data = {"login": host.email, "password": PASSWORD}
    response = browse().post("/accounts/login/", data)
    assert (response.status_code, response["Location"]) == (302, "/dashboard")
    response = browse().post("/accounts/login/", {**data, "next": "/presets"})
    assert response["Location"] == "/presets"
    response = browse().post("/accounts/login/", {**data, "next": "https://evil.example/"})
    assert response["Location"] == "/dashboard"


@pytest.mark.parametrize(("told", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Olympus", ""), ("x" * 5000, "")])
def test_signing_in_keeps_the_browsers_zone_for_mails(browse, host, told, kept):
    client = browse()
    client.cookies["time_zone"] = told
    client.post("/accounts/login/", {"login": host.email, "password": PASSWORD})
    host.refresh_from_db()
    assert (host.browser_zone, host.mail_zone, host.time_zone) == (kept, kept, "")
    host.time_zone = "Europe/Berlin"
    assert host.mail_zone == "Europe/Berlin"


@pytest.mark.parametrize("email", ["owner@acme.example", "nobody@acme.example"])
def test_a_wrong_sign_in_reads_the_same_whether_the_account_exists_or_not(email, browse, host):
    response = browse().post("/accounts/login/", {"login": email, "password": "wrong"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == ["E-mail and password do not match."]


def test_too_many_wrong_tries_are_answered_on_the_page(browse, host, settings):
    client = browse()
    for _number in range(settings.LOGIN_FAILURE_LIMIT):
        client.post("/accounts/login/", {"login": host.email, "password": "wrong"})
    response = client.post("/accounts/login/", {"login": host.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert response.context["form"].non_field_errors() == [str(TooManyForAccount.sentence)]
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 901


def test_signing_out_needs_a_post_and_leads_to_the_start_page(browse, host):
    client = browse(host)
    assert "Sign out?" in text_of(client.get("/accounts/logout/"))
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    [
        *("signup/", "email/", "confirm-email/", "confirm-email/key/", "reauthenticate/", "inactive/"),
        *("password/set/", "login/code/confirm/", "password/reset/confirm/", "password/reset/complete/", ""),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_else_of_allauth_has_an_address(path, method, browse, host, guest):
    data = {"email": "x@example.com", "password1": "battery staple 9", "password2": "battery staple 9", "action_add": 1}
    for user in (None, guest, host):
        assert getattr(browse(user), method)(f"/accounts/{path}", data).status_code == 404
    assert EmailAddress.objects.count() == 0
    guest.refresh_from_db()
    assert not guest.has_usable_password()


def test_an_address_of_allauths_own_table_opens_nothing(browse, host, guest, tasks_at_once):
    for user in (host, guest):
        EmailAddress.objects.create(user=user, email=f"{user.pk}@evil.example", verified=True, primary=True)
        browse().post("/accounts/password/reset/", {"email": f"{user.pk}@evil.example"})
        client = browse()
        client.post("/accounts/login/", {"login": f"{user.pk}@evil.example", "password": PASSWORD})
        assert "_auth_user_id" not in client.session
    assert mail.outbox == []


def test_a_forgotten_password_is_replaced_through_the_mail(browse, host, settings, tasks_at_once):
    settings.BASE_URL = "https://webinar.example.com"
    client = browse()
    response = client.post(
        "/accounts/password/reset/", {"email": host.email}, follow=True, headers={"Host": "127.0.0.1:99"}
    )
    assert "Check your e-mail" in text_of(response)
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([host.email], "Choose a new password")
    link = re.search(r"https://webinar.example.com(/accounts/password/reset/key/\S+)", sent.body)
    first = client.get(link[1])
    key = link[1].rstrip("/").rpartition("-")[2]
    assert key not in first["Location"]
    page = client.get(first["Location"])
    assert "Choose a new password" in text_of(page)
    assert [key in text_of(page), "no-store" in first["Cache-Control"], "no-store" in page["Cache-Control"]] == [
        False,
        True,
        True,
    ]
    data = {"password1": "battery staple 9", "password2": "battery staple 9"}
    done = client.post(page.request["PATH_INFO"], data, follow=True)
    assert "Password saved" in text_of(done)
    host.refresh_from_db()
    assert host.check_password("battery staple 9")
    for browser in (Client(), client):
        assert "This link no longer works" in text_of(browser.get(link[1], follow=True))


def test_who_asks_for_a_new_password_waits_for_no_look_up_and_no_mail(browse, host, django_assert_num_queries):
    client = browse()
    for email in (host.email, "nobody@example.com"):
        with django_assert_num_queries(0):
            assert client.post("/accounts/password/reset/", {"email": email}).status_code == 302
    assert mail.outbox == []


def test_mails_for_a_new_password_are_limited_for_an_address_and_for_a_network(browse, host, settings, tasks_at_once):
    settings.ACCOUNT_MAIL_LIMIT = 2
    answers = [browse().post("/accounts/password/reset/", {"email": host.email}) for _ in range(5)]
    assert {answer["Location"] for answer in answers} == {"/accounts/password/reset/done/"}
    assert len(mail.outbox) == 2
    answers = [browse().post("/accounts/password/reset/", {"email": f"{n}@example.com"}) for n in range(16)]
    assert [answer.status_code for answer in answers] == [302] * 15 + [429]


def test_wrong_keys_are_counted(browse, host, settings):
    settings.CODE_FAILURE_LIMIT = 3
    address = f"/accounts/password/reset/key/{user_pk_to_url_str(host)}-abc-0123456789/"
    assert [browse().get(address).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_an_unknown_address_gets_the_same_page_and_no_mail(browse, db, tasks_at_once):
    response = browse().post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True)
    assert "Check your e-mail" in text_of(response)
    assert mail.outbox == []


def test_a_password_is_changed(browse, host):
    client = browse(host)
    data = {"oldpassword": PASSWORD, "password1": "battery staple 9", "password2": "battery staple 9"}
    response = client.post("/accounts/password/change/", data)
    assert response.status_code == 302
    host.refresh_from_db()
    assert host.check_password("battery staple 9")


def test_name_and_zone_are_changed_and_nothing_else(browse, viewer):
    data = {"username": "Vera Rubin", "time_zone": "Asia/Tokyo", "role": "host", "organization": "", "is_staff": "on"}
    response = browse(viewer).post("/account", data)
    assert (response.status_code, response["Location"]) == (302, "/account")
    organization = viewer.organization
    viewer.refresh_from_db()
    assert (viewer.username, viewer.time_zone, viewer.role) == ("Vera Rubin", "Asia/Tokyo", "viewer")
    assert (viewer.organization, viewer.is_staff) == (organization, False)


@pytest.mark.parametrize(
    ("changes", "field"), [({"username": ""}, "username"), ({"time_zone": "Mars/Olympus"}, "time_zone")]
)
def test_wrong_input_is_said_at_its_field(changes, field, browse, host):
    response = browse(host).post("/account", {"username": "Ada", "time_zone": "", **changes})
    assert list(response.context["form"].errors) == [field]
    host.refresh_from_db()
    assert host.username == "acme owner"


@pytest.fixture
def kept_mails(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.MAIL_DIR = tmp_path
    for number in range(2):
        mail.send_mail(
            f"Subject {number}", f"Body {number} http://testserver/x <b>", "a@example.com", ["b@example.com"]
        )


def test_a_superuser_reads_kept_mails_newest_first(browse, host, kept_mails):
    host.is_staff = host.is_superuser = True
    host.save()
    response = browse(host).get("/mailbox")
    assert sorted(found.subject for found in response.context["mails"]) == ["Subject 0", "Subject 1"]
    text = text_of(response)
    assert '<a href="http://testserver/x" rel="nofollow">' in text
    assert "<b>" not in text
    assert 'href="/mailbox"' in text


@pytest.mark.parametrize("is_staff", [False, True])
def test_the_mailbox_does_not_exist_for_others(browse, host, kept_mails, is_staff):
    host.is_staff = is_staff
    host.save()
    response = browse(host).get("/mailbox")
    assert response.status_code == 404
    assert "Subject 0" not in text_of(response)
    assert 'href="/mailbox"' not in text_of(browse(host).get("/dashboard"))


def test_the_mailbox_does_not_exist_where_mails_are_sent(browse, host):
    host.is_staff = host.is_superuser = True
    host.save()
    assert browse(host).get("/mailbox").status_code == 404
    assert 'href="/mailbox"' not in text_of(browse(host).get("/dashboard"))


@pytest.mark.parametrize("name", ["  ", "\u200b\u200b"])
def test_a_name_that_cannot_be_shown_is_refused_with_a_sentence(browse, host, name):
    response = browse(host).post("/account", {"username": name, "time_zone": ""})
    assert response.status_code == 200
    assert response.context["form"].errors["username"]
    assert User.objects.get(pk=host.pk).username == "acme owner"
