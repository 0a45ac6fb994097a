"""A few password hashes at once: who waits, who is refused, and that the rest of the product answers meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts import hashers
from accounts.hashers import HashingBusy, HashingQueue
from accounts.models import User
from tests.conftest import API
from tests.livekit import until
from webinar.settings import PASSWORD_HASHERS


@pytest.fixture
def real_hashes(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


@pytest.fixture
def held(monkeypatch):
    """A hashing_queue for one and one more, in which somebody's hash is being made until the event."""
    hashing_queue, go, inside = HashingQueue(1, 1), Event(), Event()
    monkeypatch.setattr(hashers, "hashing_queue", hashing_queue)

    def hold():
        with hashing_queue.turn():
            inside.set()
            go.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(30)
    yield go
    go.set()
    thread.join()


def test_hashes_that_django_made_before_still_hold(real_hashes):
    old = "pbkdf2_sha256$1000$salt$" + make_password("x", "salt").split("$")[3]
    assert make_password("correct horse").startswith("pbkdf2_sha256$")
    assert check_password("correct horse", make_password("correct horse"))
    assert not check_password("wrong", old)


def test_beyond_those_who_wait_the_answer_is_given_at_once(real_hashes, held):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make_password, "one")
        until(lambda: hashers.hashing_queue._places._value == 0, "somebody to wait")
        with pytest.raises(HashingBusy) as refused:
            make_password("two")
        held.set()
        assert waiting.result(60).startswith("pbkdf2_sha256$")
    assert refused.value.retry_after == 5
    assert make_password("two").startswith("pbkdf2_sha256$")


def test_every_way_to_a_password_says_when_it_is_busy_and_no_try_is_counted(
    real_hashes, host, held, client, api, settings
):
    settings.LOGIN_FAILURE_LIMIT = 1
    filler = ThreadPoolExecutor(1)
    waiting = filler.submit(make_password, "one")
    until(lambda: hashers.hashing_queue._places._value == 0, "somebody to wait")
    sentence = str(HashingBusy.sentence)
    for email in (host.email, "nobody@example.com"):
        reply = api().post(f"{API}/auth/login", {"email": email, "password": "x"}, format="json")
        assert (reply.status_code, reply.json()["code"], reply["Retry-After"]) == (503, "busy", "5")
        page = client.post("/accounts/login/", {"login": email, "password": "x"})
        assert (page.status_code, page["Retry-After"]) == (503, "5")
        assert sentence in page.content.decode()
        assert sentence in client.post("/admin/login/", {"username": email, "password": "x"}).content.decode()
    client.force_login(host)
    data = {"oldpassword": "x", "password1": "battery staple 9", "password2": "battery staple 9"}
    assert client.post("/accounts/password/change/", data).status_code == 503
    assert client.post("/account/email", {"email": "new@example.com", "password": "x"}).status_code == 503
    assert client.get("/dashboard").status_code == 200
    held.set()
    waiting.result(60)
    filler.shutdown()


@pytest.mark.django_db
def test_guests_cost_no_hash(real_hashes, held):
    filler = ThreadPoolExecutor(1)
    waiting = filler.submit(make_password, "one")
    until(lambda: hashers.hashing_queue._places._value == 0, "somebody to wait")
    assert not User.objects.create_user(username="Grace", is_guest=True).has_usable_password()
    held.set()
    waiting.result(60)
    filler.shutdown()
