"""Health: alive is cheap, ready asks every part, and neither tells a secret."""

import pytest
from django.test import override_settings

from tests.livekit import until
from tests.ports import free_port
from webinar import health
from webinar.serve.roll_call import RollCall, _here

API = "/v1/webinar"


@pytest.fixture
def media_away():
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{free_port()}"):
        yield


def states(answer):
    data = answer.json()["data"]
    return data["status"], {name: part["status"] for name, part in data.items() if isinstance(part, dict)}


def test_alive_answers_anybody_without_asking_the_database(api):
    answer = api().get(f"{API}/health")  # pytest-django refuses any query here
    assert (answer.status_code, answer.json()["data"]) == (200, {"status": "alive"})


def test_alive_ignores_credentials_that_do_not_hold(client):
    assert client.get(f"{API}/health", headers={"Authorization": "Bearer wrong"}).status_code == 200


def test_ready_when_every_part_answers(db, api, livekit):
    answer = api().get(f"{API}/health/ready")
    assert answer.status_code == 200
    assert states(answer) == ("ready", {"database": "up", "broker": "up", "storage": "up", "media": "up"})


def test_degraded_and_still_200_when_only_media_is_away(db, api, media_away):
    answer = api().get(f"{API}/health/ready")
    assert answer.status_code == 200
    assert states(answer) == ("degraded", {"database": "up", "broker": "up", "storage": "up", "media": "down"})


@pytest.mark.parametrize("part", ["_ask_database", "_ask_broker", "_ask_storage"])
def test_unavailable_when_a_part_that_every_answer_needs_is_away(db, api, media_away, monkeypatch, part):
    def fail():
        raise OSError("secret-host:5432 refused")

    monkeypatch.setattr(health, part, fail)
    answer = api().get(f"{API}/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert "secret-host" not in answer.content.decode()


def test_a_folder_that_cannot_be_written_is_noticed(db, api, media_away, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("not a folder")
    assert api().get(f"{API}/health/ready").status_code == 503


def test_parts_that_run_nowhere_are_named_and_degrade_it(db, api, own_redis, settings, livekit):
    settings.REDIS_URL = own_redis.url
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": own_redis.url}}
    pages, rest = RollCall(("pages", "sockets")), RollCall(("media", "worker"))

    def answer():
        data = api().get(f"{API}/health/ready").json()["data"]
        return data["status"], data["runs"], data["missing"]

    pages.start()
    try:
        until(lambda: answer() == ("degraded", ["pages", "sockets"], ["media", "worker", "beat"]), "one process")
        rest.start()
        _here.pop()  # in a process of its own it would not be here
        until(lambda: answer() == ("degraded", ["pages", "sockets"], ["beat"]), "the other one")
    finally:
        pages.stop()
        rest.stop()
        _here.clear()


def test_it_says_when_everybody_counts_as_one_address(db, api, media_away, monkeypatch):
    for hidden, clients in ((False, "seen"), (True, "hidden")):
        monkeypatch.setattr(health, "clients_are_hidden", lambda hidden=hidden: hidden)
        assert api().get(f"{API}/health/ready").json()["data"]["clients"] == clients
