"""A live session whose capture is a folder with a journal, and the ASGI application that serves it."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.utils import timezone

from accounts.person import Person
from hls import viewers
from media.models import Capture
from sessions.models import Attendance, Session
from sessions.rights.playback import hls_url
from tests.media.hls.making import Journal
from webinar.serve.media import MediaFiles


def captured(session, *, since=timedelta(minutes=1), count=10):
    """A capture of the session that began so long ago, and its journal, with so many segments."""
    now = timezone.now()
    capture = Capture.objects.create(
        room=session.media_room, state="running", started_at=now - since, first_segment_at=now - since
    )
    journal = Journal(capture.folder, began=(now - since).timestamp())
    for _ in range(count):
        journal.add()
    return capture, journal


def came_in(user, session):
    now = timezone.now()
    Attendance.objects.get_or_create(
        session=session,
        user=user,
        defaults={"joined_at": now, "last_seen_at": now, "present_since": now, "is_attendee": True, "join_count": 1},
    )
    return user


def path_for(user, session, name="index.m3u8"):
    """The path of this person's playlist."""
    return urlsplit(hls_url(Person(user=user), session)).path.replace("index.m3u8", name)


@pytest.fixture(autouse=True)
def captures(tmp_path, settings):
    settings.CAPTURE_DIR = tmp_path / "captures"


@pytest.fixture(autouse=True)
def judged_anew(monkeypatch):
    """Nothing that was looked at is remembered."""
    monkeypatch.setattr(viewers, "JUDGED_FOR", -1.0)
    monkeypatch.setattr(viewers, "SHOWN_FOR", -1.0)


@pytest.fixture
def ask():
    """``ask(path)`` gives the reply; each in an event loop of its own, with an application of its own."""

    async def fetch(path, method, headers):
        transport = httpx.ASGITransport(MediaFiles())
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            return await client.request(method, path, headers=headers)

    def get(path, method="GET", **headers):
        return asyncio.run(fetch(path, method, headers))

    return get


@pytest.fixture
def viewer(live_session, guest):
    return came_in(guest, live_session)


def end(session, ago=timedelta(0)):
    moment = timezone.now() - ago
    Session.objects.filter(pk=session.pk).update(status="ended", ended_at=moment)
    session.refresh_from_db()
