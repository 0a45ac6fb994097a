"""Every answer of the process says to browsers what it must, whichever part gives it."""

import asyncio

import httpx
import pytest

from webinar.asgi import Application

PATHS = (
    "/",
    "/nowhere",
    "/v1/webinar/rooms/nonsense",
    "/health",
    "/files/forged/captures/x",
    "/hls/nonsense/nonsense/index.m3u8",
    "/v1/webinar/recordings/nonsense/file?token=x",
    "/static/nowhere.js",
)


async def ask(paths):
    transport = httpx.ASGITransport(Application())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return [await client.get(path) for path in paths]


@pytest.mark.django_db(transaction=True)
def test_no_answer_may_be_framed_or_guessed_at_and_each_says_what_its_page_may_use():
    for path, reply in zip(PATHS, asyncio.run(ask(PATHS)), strict=True):
        said = reply.headers
        assert said["x-content-type-options"] == "nosniff", path
        assert said["x-frame-options"] == "DENY", path
        assert said["referrer-policy"] == "same-origin", path
        assert "camera=(self)" in said["permissions-policy"], path
        assert len(said.get_list("x-frame-options")) == 1, path
        assert "strict-transport-security" not in said, path


@pytest.mark.django_db(transaction=True)
def test_with_https_every_answer_keeps_browsers_to_it(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 1000, True
    for path, reply in zip(PATHS, asyncio.run(ask(PATHS)), strict=True):
        assert reply.headers["strict-transport-security"] == "max-age=1000; includeSubDomains", path
