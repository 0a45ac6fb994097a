"""Settings that cannot work together are refused with the way out, before anything starts."""

import pytest

from realtime.brokers import get_broker
from webinar.checks import check_addresses, check_livekit, check_processes


def ids(found):
    return sorted(message.id for message in found)


@pytest.fixture
def one_process_settings(settings, monkeypatch):
    settings.CELERY_BROKER_URL = "memory://localhost/"
    settings.LIVEKIT_EMBEDDED = True
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    return settings


def test_parts_of_one_process_are_refused_with_several(one_process_settings, monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    assert ids(check_processes()) == [f"webinar.E00{number}" for number in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize("value", ["", "1"])
def test_one_process_needs_nothing_else(one_process_settings, monkeypatch, value):
    monkeypatch.setenv("WEB_CONCURRENCY", value)
    assert check_processes() == []


def test_shared_parts_serve_several_processes(settings, monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    settings.CELERY_BROKER_URL = "redis://cache.example/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    settings.LIVEKIT_EMBEDDED = False
    assert ids(check_processes()) == ["webinar.E005"]
    settings.REDIS_URL, settings.REALTIME_BROKER = "redis://cache.example/0", "redis"
    get_broker.cache_clear()
    assert check_processes() == []
    get_broker.cache_clear()


@pytest.fixture
def pair(tmp_path):
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("x")
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


@pytest.mark.parametrize(
    ("public_url", "use_cert", "use_key", "expected"),
    [
        ("", False, False, []),
        ("https://webinar.example.com", False, False, []),
        ("https://webinar.example.com:8443", True, True, []),
        ("http://localhost:8000", False, False, []),
        ("https://webinar.example.com", True, False, ["webinar.E010"]),
        ("https://webinar.example.com", False, True, ["webinar.E010"]),
        ("", True, True, ["webinar.E013"]),
        ("http://webinar.example.com", True, True, ["webinar.E013", "webinar.W014"]),
        ("http://webinar.example.com", False, False, ["webinar.W014"]),
        ("webinar.example.com", False, False, ["webinar.E012"]),
        ("https://webinar.example.com/live", False, False, ["webinar.E012"]),
        ("https://", False, False, ["webinar.E012"]),
    ],
)
def test_addresses_and_certificates_must_fit(settings, pair, public_url, use_cert, use_key, expected):
    settings.PUBLIC_URL = public_url
    settings.TLS_CERT, settings.TLS_KEY = pair[0] if use_cert else "", pair[1] if use_key else ""
    assert ids(check_addresses()) == expected


def test_a_certificate_that_cannot_be_read_is_named(settings, pair):
    settings.PUBLIC_URL = "https://webinar.example.com"
    settings.TLS_CERT, settings.TLS_KEY = "/nowhere/cert.pem", pair[1]
    found = check_addresses()
    assert [(message.id, message.msg) for message in found] == [
        ("webinar.E011", "TLS_CERT names a file that cannot be read: /nowhere/cert.pem")
    ]


def test_livekit_elsewhere_needs_its_key_and_secret(settings, monkeypatch):
    settings.LIVEKIT_EMBEDDED = False
    assert ids(check_livekit()) == ["webinar.E020"]
    monkeypatch.setenv("LIVEKIT_API_KEY", "key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "s" * 32)
    assert check_livekit() == []


def test_a_short_secret_is_refused(settings):
    settings.LIVEKIT_API_SECRET = "short"
    assert ids(check_livekit()) == ["webinar.E021"]
