"""A live session whose capture is a folder with a journal, and the ASGI application that serves it."""

import asyncio

import httpx
import pytest

from hls import viewers
from tests.hls.watched import came_in
from webinar.serve.media import MediaFiles


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
