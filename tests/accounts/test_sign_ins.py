"""Where one is signed in: the list on the account page and in the API, ending one, ending all others."""

from uuid import UUID

import pytest
from django.contrib.sessions.models import Session as StoredSession
from django.test import Client

from accounts import credentials
from accounts.agents import browser_and_system
from accounts.models import BrowserSignIn, RefreshToken
from accounts.sign_ins import sign_ins_of
from audit.models import AuditEntry
from core.ids import uuid7
from tests.conftest import API, as_person, client_for
from tests.openapi import assert_matches_schema
from tests.pages.conftest import text_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36 Edg/140.0.0.0"
)


def sign_in(user, agent=FIREFOX, **options):
    client = Client(HTTP_USER_AGENT=agent, **options)
    reply = client.post("/accounts/login/", {"login": user.email, "password": "correct horse"})
    assert reply.status_code == 302
    return client


def is_in(client):
    return client.get("/account").status_code == 200


def listed(client):
    reply = client.get(f"{API}/auth/sign_ins")
    assert_matches_schema(reply)
    return reply.json()["data"]["sign_ins"]


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (IPHONE, ("Safari", "iPhone")),
        (EDGE, ("Edge", "Mac")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
        ("x" * 100_000 + "Firefox/1 Linux", ("", "")),
    ],
)
def test_a_browser_is_known_by_what_it_says_first(agent, named):
    assert browser_and_system(agent) == named


def test_each_browser_and_program_is_listed_with_what_one_knows_it_by(host, stranger):
    here, phone = sign_in(host), sign_in(host, IPHONE, REMOTE_ADDR="198.51.100.7")
    tokens = credentials.issue_tokens(host)
    sign_in(stranger)
    found = listed(here)
    assert [(each["device"], each["kind"], each["is_current"]) for each in found] == [
        ("Firefox on Windows", "browser", True),
        ("Program or app", "program", False),
        ("Safari on iPhone", "browser", False),
    ]
    assert found[2]["network"] == "198.51.100.7"
    text = text_of(here.get("/account"))
    for words in ("Firefox on Windows", "This browser", "Safari on iPhone", "198.51.100.7", "Program or app"):
        assert words in text
    program = client_for()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
    assert [each["is_current"] for each in listed(program)] == [True, False, False]
    assert is_in(phone)


def test_one_is_ended_and_the_others_go_on(host):
    here, phone = sign_in(host), sign_in(host, IPHONE)
    [row] = [each for each in listed(here) if not each["is_current"]]
    assert here.post(f"/account/sign-ins/{row['id']}/end")["Location"] == "/account"
    assert phone.get("/account").status_code == 302
    assert is_in(here)
    assert [each["is_current"] for each in listed(here)] == [True]
    assert credentials.holder(host.pk, epoch=host.credentials_epoch, family=None, sign_in=UUID(row["id"])) is None
    assert here.post(f"/account/sign-ins/{row['id']}/end").status_code == 302  # it is over already
    assert AuditEntry.objects.filter(action="user.sign_in_ended", actor=host).count() == 1


def test_all_others_are_ended_programs_too(host):
    here, phone, laptop = sign_in(host), sign_in(host, IPHONE), sign_in(host, EDGE)
    tokens = credentials.issue_tokens(host)
    assert here.post("/account/sign-ins/end-others")["Location"] == "/account"
    assert [client.get("/account").status_code for client in (here, phone, laptop)] == [200, 302, 302]
    assert credentials.person_of_access_token(tokens.access_token) is None
    assert StoredSession.objects.count() == 1


def test_a_program_ends_one_and_all_others_and_keeps_its_own(host):
    browser, old = sign_in(host), credentials.issue_tokens(host)
    tokens = credentials.issue_tokens(host)
    program = client_for()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
    row = BrowserSignIn.objects.get()
    assert program.delete(f"{API}/auth/sign_ins/{row.pk}").status_code == 200
    assert browser.get("/account").status_code == 302
    assert program.delete(f"{API}/auth/sign_ins/{row.pk}").status_code == 404
    assert program.delete(f"{API}/auth/sign_ins").status_code == 200
    assert credentials.person_of_access_token(old.access_token) is None
    assert [each["kind"] for each in listed(program)] == ["program"]


def test_nobody_ends_what_is_not_theirs(host, stranger):
    mine, theirs = sign_in(host), sign_in(stranger)
    row = BrowserSignIn.objects.get(user=host)
    family = credentials.issue_tokens(host) and RefreshToken.objects.get().family
    for sign_in_id in (row.pk, family, uuid7()):
        assert theirs.delete(f"{API}/auth/sign_ins/{sign_in_id}").status_code in {403, 404}
        assert client_for(stranger).delete(f"{API}/auth/sign_ins/{sign_in_id}").status_code == 404
        theirs.post(f"/account/sign-ins/{sign_in_id}/end")
    assert is_in(mine)
    assert RefreshToken.objects.filter(family=family, revoked_at=None).exists()


def test_who_signs_out_or_changes_the_password_is_listed_rightly(host):
    here, phone = sign_in(host), sign_in(host, IPHONE)
    phone.post("/accounts/logout/")
    assert [each["device"] for each in listed(here)] == ["Firefox on Windows"]
    sign_in(host, IPHONE)
    passwords = {"oldpassword": "correct horse", "password1": "a longer battery", "password2": "a longer battery"}
    assert here.post("/accounts/password/change/", passwords).status_code == 302
    assert "Safari on iPhone" not in text_of(here.get("/account"))
    assert [each["is_current"] for each in listed(here)] == [True]


def test_a_sign_in_from_before_they_were_listed_is_listed_with_its_next_page(host):
    here = sign_in(host)
    BrowserSignIn.objects.all().delete()
    assert is_in(here)
    assert BrowserSignIn.objects.get().session_key == here.session.session_key


def test_guests_leave_no_rows_and_too_many_browsers_end_the_oldest(guest, host, settings):
    Client().force_login(guest)
    assert not BrowserSignIn.objects.exists()
    settings.SIGN_INS_PER_PERSON = 2
    first, second, third = sign_in(host), sign_in(host), sign_in(host)
    assert [client.get("/account").status_code for client in (first, second, third)] == [302, 200, 200]


def test_the_list_costs_the_same_for_one_and_for_many(host, django_assert_num_queries):
    with django_assert_num_queries(2):
        sign_ins_of(as_person(host))
    for _number in range(5):
        sign_in(host)
        credentials.issue_tokens(host)
    with django_assert_num_queries(2):
        assert len(sign_ins_of(as_person(host))) == 10
