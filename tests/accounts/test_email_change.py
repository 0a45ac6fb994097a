"""A new address to sign in with: the password, a mail, a button."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import credentials, email_change
from accounts.models import User
from tests.pages.conftest import browse, text_of  # noqa: F401 — a fixture

PASSWORD = "correct horse"
NEW = "new@acme.example"
pytestmark = pytest.mark.usefixtures("tasks_at_once")


def ask(client, email=NEW, password=PASSWORD):
    return client.post("/account/email", {"email": email, "password": password})


def link_in(sent):
    return re.search(r"http://localhost:\d+(/account/email/link/\S+)", sent.body)[1]


@pytest.fixture
def link(browse, host):  # noqa: F811
    """What the mail holds."""
    assert ask(browse(host))["Location"] == "/account"
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([NEW], "Confirm your new e-mail address")
    mail.outbox.clear()
    return link_in(sent)


def test_asking_changes_nothing_and_opening_the_link_neither(browse, host, link):  # noqa: F811
    client = Client()
    opened = client.get(link)
    assert (opened.status_code, opened["Location"]) == (302, "/account/email/confirm")
    assert opened["Referrer-Policy"] == "no-referrer"
    page = client.get(opened["Location"])
    assert [host.email in text_of(page), NEW in text_of(page)] == [True, True]
    assert "no-store" in opened["Cache-Control"]
    assert "no-store" in page["Cache-Control"]
    host.refresh_from_db()
    assert host.email == "owner@acme.example"
    assert mail.outbox == []


@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_the_button_changes_the_address_tells_the_old_one_and_keeps_this_browser(
    browse,  # noqa: F811
    host,
    link,
    django_capture_on_commit_callbacks,
):
    elsewhere, here = browse(host), browse(host)
    token = credentials.issue_tokens(host).access_token
    with django_capture_on_commit_callbacks(execute=True):
        done = (here.get(link), here.post("/account/email/confirm"))[1]
    assert done["Location"] == "/account"
    host.refresh_from_db()
    assert host.email == NEW
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert credentials.person_of_access_token(token) is None
    [told] = mail.outbox
    assert (told.to, NEW in told.body) == (["owner@acme.example"], True)
    assert browse().post("/accounts/login/", {"login": NEW, "password": PASSWORD}).status_code == 302
    wrong = browse().post("/accounts/login/", {"login": "owner@acme.example", "password": PASSWORD})
    assert wrong.status_code == 200


def test_a_link_works_once_for_a_day_and_dies_with_the_password(browse, host, link):  # noqa: F811
    def end_of(client):
        client.get(link)
        return client.post("/account/email/confirm").status_code

    with time_machine.travel(timezone.now() + email_change.LINK_LIFETIME * 1.01):
        assert end_of(Client()) == 410
    assert end_of(Client()) == 302
    assert end_of(Client()) == 410
    host.refresh_from_db()
    User.objects.filter(pk=host.pk).update(email="owner@acme.example")
    assert end_of(Client()) == 410
    host.refresh_from_db()
    ask(browse(host))
    later = link_in(mail.outbox[-1])
    credentials.revoke_all(host)
    client = Client()
    client.get(later)
    assert client.get("/account/email/confirm").status_code == 410


@pytest.mark.parametrize("token", ["x", "a:b:c", "x" * 5000, "%00"])
def test_a_made_up_link_opens_nothing(token, client, db):
    client.get(f"/account/email/link/{token}")
    assert client.get("/account/email/confirm").status_code == 410
    assert client.post("/account/email/confirm").status_code == 410


def test_made_up_links_are_counted(client, db, settings):
    settings.CODE_FAILURE_LIMIT = 2
    client.get("/account/email/link/x")
    assert [client.get("/account/email/confirm").status_code for _ in range(3)] == [410, 410, 429]


def test_without_the_password_no_mail_goes_out_and_tries_are_counted(browse, host, settings):  # noqa: F811
    settings.LOGIN_FAILURE_LIMIT = 2
    client = browse(host)
    answers = [ask(client, password="wrong") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].context["form"].errors["password"] == ["This is not your current password."]
    assert mail.outbox == []


def test_whose_address_it_is_learns_it_and_who_asks_does_not(browse, host, member):  # noqa: F811
    free, taken = ask(browse(host)), ask(browse(host), email=member.email.upper())
    assert free["Location"] == taken["Location"]
    assert [sent.subject for sent in mail.outbox] == [
        "Confirm your new e-mail address",
        "Your e-mail address belongs to an account",
    ]
    assert "/account/email/link/" not in mail.outbox[1].body


def test_an_address_that_was_taken_meanwhile_is_refused_in_words(host, link):
    User.objects.create_user(NEW, PASSWORD, username="Quick")
    client = Client()
    client.get(link)
    response = client.post("/account/email/confirm")
    assert response.status_code == 409
    assert "There is an account with this e-mail address already." in text_of(response)
    host.refresh_from_db()
    assert host.email == "owner@acme.example"


def test_mails_to_strangers_are_few(browse, host, settings):  # noqa: F811
    settings.ACCOUNT_MAIL_LIMIT = 2
    client = browse(host)
    answers = [ask(client, email=f"{number}@example.com").status_code for number in range(4)]
    assert (answers, len(mail.outbox)) == ([302, 302, 429, 429], 2)


@pytest.mark.parametrize(
    "email", ["", "nonsense", "owner@acme.example", "a@b\nBcc: x@example.com", "é" * 300 + "@x.de"]
)
def test_a_wrong_address_is_said_at_its_field(email, browse, host):  # noqa: F811
    response = ask(browse(host), email=email)
    assert list(response.context["form"].errors) == ["email"]
    assert mail.outbox == []


def test_the_account_page_leads_there(browse, host):  # noqa: F811
    assert 'href="/account/email"' in text_of(browse(host).get("/account"))
