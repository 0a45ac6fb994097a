"""Settings follow from the environment, and what cannot be is refused with a sentence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


def read_setting(expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code = f"import django; django.setup(); from django.conf import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(settings.DATA_DIR),
            "DJANGO_SETTINGS_MODULE": "webinar.settings",
            **environment,
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("settings.ALLOWED_HOSTS[0]", "webinar.example.com"),
        ("settings.CSRF_TRUSTED_ORIGINS", "['https://webinar.example.com']"),
        ("settings.SESSION_COOKIE_SECURE", "True"),
        ("settings.LIVEKIT_PUBLIC_URL", "wss://webinar.example.com/livekit"),
        ("settings.WHIP_URL", "https://webinar.example.com/livekit/whip/v1"),
        ("settings.RTMP_URL", "rtmp://webinar.example.com/live"),
        ("repr(settings.RTMP_BIND)", "''"),
        ("settings.TRUSTED_PROXIES", "['127.0.0.1']"),
    ],
)
def test_everything_public_follows_from_public_url(expression, value):
    assert read_setting(expression, PUBLIC_URL="https://webinar.example.com").stdout.strip() == value


def test_encoders_of_this_machine_find_their_port_and_can_be_turned_off():
    place = "settings.RTMP_URL, settings.RTMP_BIND"
    assert read_setting(place, RTMP_PORT="1936").stdout.strip() == "rtmp://127.0.0.1:1936/live 127.0.0.1"
    assert read_setting("repr(settings.RTMP_URL)", RTMP_PORT="0").stdout.strip() == "''"
    elsewhere = {"RTMP_PORT": "0", "RTMP_URL": "rtmp://in.example.com/live"}
    assert read_setting("settings.RTMP_URL", **elsewhere).stdout.strip() == "rtmp://in.example.com/live"


def test_options_of_the_database_address_are_kept():
    answer = read_setting(
        "settings.DATABASES['default']['OPTIONS']['sslmode'], sorted(settings.DATABASES['default']['OPTIONS'])",
        DATABASE_URL="postgresql://name:secret@db.example/webinar?sslmode=verify-full",
    )
    assert answer.stdout.strip() == "verify-full ['pool', 'sslmode']"


def test_debug_is_refused_on_a_public_address():
    answer = read_setting("1", PUBLIC_URL="https://webinar.example.com", DEBUG="true")
    assert answer.returncode != 0
    assert "unset it, or unset PUBLIC_URL" in answer.stderr


def test_a_value_of_the_wrong_kind_is_named():
    answer = read_setting("1", PORT="eighty")
    assert answer.returncode != 0
    assert "PORT must be a value of kind int, not 'eighty'" in answer.stderr


def test_keys_are_made_once_and_kept(tmp_path):
    first = read_setting("settings.SECRET_KEY", DATA_DIR=str(tmp_path)).stdout
    assert len(first.strip()) >= 32
    assert read_setting("settings.SECRET_KEY", DATA_DIR=str(tmp_path)).stdout == first
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "origins"),
    [
        ({}, []),
        ({"RECORDINGS_S3_ENDPOINT": "https://storage.example.com:9000/x"}, ["https://storage.example.com:9000"]),
        (
            {"RECORDINGS_S3_REGION": "eu-central-1"},
            ["https://timelines.s3.amazonaws.com", "https://timelines.s3.eu-central-1.amazonaws.com"],
        ),
    ],
)
def test_pages_may_play_from_the_bucket_and_from_nowhere_else(environment, origins):
    bucket = {"RECORDINGS_S3_BUCKET": "timelines"} if environment else {}
    found = read_setting("settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['media-src'][2:]", **bucket, **environment)
    assert found.stdout.strip() == str(origins)


def test_another_way_of_publishing_is_refused():
    assert "must be automatic or review" in read_setting("1", REPLAY_PUBLISHING="never").stderr


@pytest.mark.parametrize(
    "wrong", [{"CAPTURE_FPS": "29"}, {"CAPTURE_FPS": "0"}, {"CAPTURE_HEIGHT": "722"}, {"CAPTURE_WIDTH": "100"}]
)
def test_a_picture_that_the_recorder_cannot_make_is_refused(wrong):
    (name,) = wrong
    answer = read_setting("settings.CAPTURE_FPS", **wrong)
    assert answer.returncode == 1
    assert name in answer.stderr.splitlines()[-1]


def test_on_a_public_address_the_deployment_check_finds_nothing(tmp_path):
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://webinar.example.com"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("environment", "values"),
    [
        ({}, "(2592000, False, False, False)"),
        ({"HSTS_PRELOAD": "true"}, "(2592000, False, False, False)"),
        ({"HSTS_SUBDOMAINS": "true", "HSTS_PRELOAD": "true", "SSL_REDIRECT": "true"}, "(2592000, True, True, True)"),
        ({"PUBLIC_URL": "", "HSTS_SUBDOMAINS": "true", "SSL_REDIRECT": "true"}, "(0, False, False, False)"),
    ],
)
def test_what_browsers_are_told_of_https_is_the_operators_choice(environment, values):
    names = ("HSTS_SECONDS", "HSTS_INCLUDE_SUBDOMAINS", "HSTS_PRELOAD", "SSL_REDIRECT")
    expression = "(" + ", ".join(f"settings.SECURE_{name}" for name in names) + ")"
    result = read_setting(expression, **{"PUBLIC_URL": "https://webinar.example.com", **environment})
    assert result.stdout.strip() == values, result.stderr
