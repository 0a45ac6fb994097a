"""Links to files and segments end when what they lead to goes into the bin, and hold again when it is back."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from media import links
from media.models import Capture
from organizations.models import Organization
from recordings.models import Recording
from rooms.models import Room
from sessions.models import Session
from tests.conftest import API, client_for
from tests.recordings.conftest import ended_session, files, make_recording  # noqa: F401 — fixtures
from webinar.serve import files as sending
from webinar.serve import validity
from webinar.serve.files import CHUNK, Shown, send_file
from webinar.serve.hls import _named
from webinar.serve.media import MediaFiles

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch):
    """No answer is kept: each request is judged as of now."""
    monkeypatch.setattr(validity, "HOLDS_FOR", -1.0)


@pytest.fixture
def addresses(ended_session, files, settings, host):  # noqa: F811
    """Of a recording: timeline, poster, download; and a segment of its capture."""
    recording = make_recording(ended_session, published_at=timezone.now())
    key = f"lib/{ended_session.pk}/{recording.pk}"
    Recording.objects.update(file_path=f"{key}.mp4", poster_path=f"{key}-poster.jpg")
    for path in (
        settings.RECORDINGS_DIR / f"{key}.mp4",
        settings.RECORDINGS_DIR / f"{key}-poster.jpg",
        recording.capture.folder / "720p" / "1.m4s",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 100)
    capture = str(recording.capture_id)
    until = links.until_for(HOUR)
    download = client_for(host).get(f"{API}/recordings/{recording.pk}/download").json()["data"]["download_url"]
    return [
        links.sign_file("recordings", f"{key}.mp4", lifetime=HOUR),
        links.sign_file("recordings", f"{key}-poster.jpg", lifetime=HOUR),
        download.removeprefix("http://localhost:8000"),
        f"/hls/s/{capture}/{until:x}-{links.signature(until, *_named(capture, '720p/1.m4s'))}/720p/1.m4s",
    ]


def statuses(addresses):
    async def fetch():
        transport = httpx.ASGITransport(MediaFiles())
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            return [(await client.get(address)).status_code for address in addresses]

    return asyncio.run(fetch())


@pytest.mark.parametrize("model", [Session, Room])
def test_what_went_into_the_bin_is_not_given_to_anybody_until_it_is_back(addresses, model):
    assert statuses(addresses) == [200] * 4
    model.objects.update(deleted_at=timezone.now())
    assert statuses(addresses) == [404] * 4
    model.objects.update(deleted_at=None)
    assert statuses(addresses) == [200] * 4


def test_what_a_closed_organization_has_is_not_given_to_anybody_until_it_is_open_again(addresses):
    Organization.objects.update(is_active=False)
    *named_nobody, download, segment = statuses(addresses)
    assert ([*named_nobody, segment], download) == ([404] * 3, 410)
    Organization.objects.update(is_active=True)
    assert statuses(addresses) == [200] * 4


def test_a_recording_that_is_in_the_bin_alone_takes_its_files_along(addresses):
    Recording.objects.update(deleted_at=timezone.now())
    assert statuses(addresses) == [404, 404, 404, 200]  # segments are of the session's other recordings too


def test_captures_of_no_session_are_nobodys_to_hide(addresses):
    Capture.objects.update(room="bench")
    assert statuses(addresses[3:]) == [200]


def test_what_is_being_sent_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "ASKED_EVERY", 0.0)
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(50 * CHUNK)
    asked, taken = [], []

    async def holds():
        asked.append(True)
        return len(asked) < 3

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        taken.append(len(message.get("body", b"")))

    scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}
    asyncio.run(send_file(scope, receive, send, Shown(large, holds=holds)))
    assert sum(taken) == 2 * CHUNK


def test_many_at_once_are_one_question(db, monkeypatch):
    looks = []
    answers = validity.Validity(lambda identifier: looks.append(identifier) or True)
    monkeypatch.setattr(validity, "HOLDS_FOR", 60.0)

    async def ask():
        one = Room().pk
        return await asyncio.gather(*(answers.holds(one) for _ in range(20)), return_exceptions=False)

    assert asyncio.run(ask()) == [True] * 20
    assert len(looks) == 1
