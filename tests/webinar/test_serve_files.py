"""Media files: ranges, conditions, names, rights, and flat memory at the client's pace."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta

import httpx
import pytest

from media import links
from tests.livekit import async_until
from webinar.serve import files as module
from webinar.serve import readers
from webinar.serve.files import CHUNK, Shown, send_file
from webinar.serve.media import MediaFiles
from webinar.serve.ranges import Version, answer

HOUR = timedelta(hours=1)
DATA = bytes(range(256)) * 4000
VERSION = Version(1000, 1_700_000_000_123_456_789)
MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.fixture
def recordings(tmp_path, settings):
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    settings.CAPTURE_DIR = tmp_path / "captures"
    (settings.RECORDINGS_DIR / "a").mkdir(parents=True)
    (settings.RECORDINGS_DIR / "a" / "talk.mp4").write_bytes(DATA)
    (tmp_path / "secret.txt").write_text("secret")
    return settings.RECORDINGS_DIR


@pytest.fixture
async def client(recordings):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(MediaFiles()), base_url="http://product") as client:
        yield client


@pytest.mark.parametrize(
    ("told", "status", "span"),
    [
        (None, 200, (0, 1000)),
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=10-19", 206, (10, 10)),
        ("Bytes=990-", 206, (990, 10)),
        ("bytes=990-5000", 206, (990, 10)),
        ("bytes=-10", 206, (990, 10)),
        ("bytes=-5000", 206, (0, 1000)),
        ("bytes=1000-", 416, (1000, 0)),
        ("bytes=5000-6000", 416, (5000, 0)),
        ("bytes=-0", 416, (1000, 0)),
        ("bytes=0-1,5-6", 200, (0, 1000)),
        ("bytes=7-5", 200, (0, 1000)),
        ("bytes=-", 200, (0, 1000)),
        ("bytes=a-b", 200, (0, 1000)),
        ("chapters=1-2", 200, (0, 1000)),
        ("bytes=" + "9" * 400 + "-", 200, (0, 1000)),
    ],
)
def test_ranges(told, status, span):
    found = answer("GET", {"range": told} if told else {}, VERSION)
    assert found.status == status
    if status != 416:
        assert (found.start, found.length) == span
    expected = {206: f"bytes {span[0]}-{span[0] + span[1] - 1}/1000", 416: "bytes */1000"}.get(status)
    assert found.headers.get("content-range") == expected
    assert answer("HEAD", {"range": told} if told else {}, VERSION).status == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"if-none-match": VERSION.etag}, 304),
        ({"if-none-match": f'"other", W/{VERSION.etag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"', "if-modified-since": MODIFIED}, 200),
        ({"if-modified-since": MODIFIED}, 304),
        ({"if-modified-since": "Tue, 14 Nov 2023 22:13:19 GMT"}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-match": VERSION.etag}, 200),
        ({"if-match": '"other"'}, 412),
        ({"if-unmodified-since": "Tue, 14 Nov 2023 22:13:19 GMT"}, 412),
        ({"range": "bytes=0-9", "if-range": VERSION.etag}, 206),
        ({"range": "bytes=0-9", "if-range": MODIFIED}, 206),
        ({"range": "bytes=0-9", "if-range": '"other"'}, 200),
        ({"range": "bytes=0-9", "if-range": f"W/{VERSION.etag}"}, 200),
        ({"range": "bytes=0-9", "if-range": "Tue, 14 Nov 2023 22:13:19 GMT"}, 200),
        ({"range": "bytes=0-9", "if-none-match": VERSION.etag}, 304),
    ],
)
def test_conditions(asked, status):
    assert answer("GET", asked, VERSION).status == status


async def test_a_signed_link_gives_the_file_whole_and_in_parts(client):
    url = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR)
    whole = await client.get(url)
    assert (whole.status_code, whole.content) == (200, DATA)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-length"] == str(len(DATA))
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in whole.headers
    part = await client.get(url, headers={"range": f"bytes={CHUNK - 5}-{CHUNK + 4}"})
    assert (part.status_code, part.content) == (206, DATA[CHUNK - 5 : CHUNK + 5])
    assert part.headers["content-range"] == f"bytes {CHUNK - 5}-{CHUNK + 4}/{len(DATA)}"
    head = await client.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(DATA)))
    same = await client.get(url, headers={"if-none-match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    beyond = await client.get(url, headers={"range": f"bytes={len(DATA)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(DATA)}")
    assert (await client.post(url)).status_code == 405


async def test_a_download_is_saved_under_a_safe_name(client):
    url = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR, name='../“Über” \r\n/etc: "x".mp4')
    told = (await client.get(url)).headers["content-disposition"]
    assert told.startswith("attachment; filename")
    assert not set(told) & {"\r", "\n", "/"}
    assert "%C3%9Cber" in told
    plain = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR, name="talk.mp4")
    assert (await client.get(plain)).headers["content-disposition"] == 'attachment; filename="talk.mp4"'
    assert (await client.get(plain.replace("talk.mp4", "evil.html"))).status_code == 404
    assert (await client.get(plain.split("?")[0])).status_code == 404


async def test_only_what_was_signed_is_given(client, recordings, tmp_path):
    url = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR)
    other = links.sign_file("recordings", "a/other.mp4", lifetime=HOUR)
    for wrong in (
        url.replace("talk", "other"),
        url.replace("/recordings/", "/captures/"),
        url[:-1],
        url.replace("-", "0-", 1),
        url.replace("/files/", "/files/f"),
        "/files/",
        "/files/1-x/recordings/a",
        "/files/ü-ü/recordings/ü",
        other,
    ):
        reply = await client.get(wrong)
        assert reply.status_code == 404, wrong
    for key in ("../secret.txt", "a/../../secret.txt", "/etc/passwd", "a//talk.mp4", ".", "", "a", "a\0b", "a\\..\\b"):
        assert (await client.get(links.sign_file("recordings", key, lifetime=HOUR))).status_code == 404, key
    assert (await client.get(links.sign_file("elsewhere", "a/talk.mp4", lifetime=HOUR))).status_code == 404
    (recordings / "a" / "link.mp4").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(recordings / "a" / "pipe.mp4")
    for key in ("a/link.mp4", "a/pipe.mp4"):
        assert (await client.get(links.sign_file("recordings", key, lifetime=HOUR))).status_code == 404


def test_links_of_one_hour_are_the_same_and_end(recordings, monkeypatch):
    now = [1_700_000_000.0 // 3600 * 3600 + 100]
    monkeypatch.setattr(links.time, "time", lambda: now[0])
    first = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR)
    now[0] += 3000
    assert links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR) == first
    now[0] += 600
    second = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR)
    assert second != first
    assert links.read_file(first) == links.FileLink("recordings", "a/talk.mp4")
    now[0] += 3600
    assert links.read_file(first) is None
    assert links.read_file(second) is not None


async def test_origins_that_may_call_the_api_may_read_files_without_credentials(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    url = links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR)
    allowed = await client.get(url, headers={"origin": "https://partner.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://partner.example"
    assert "access-control-allow-credentials" not in allowed.headers
    foreign = await client.get(url, headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


class Client:
    """An ASGI client that takes chunks when it is told to, and goes away when it is told to."""

    def __init__(self, path, address="192.0.2.1"):
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "scheme": "http",
            "headers": [],
            "client": (address, 1),
        }
        self.shown = Shown(path)
        self.taken = 0
        self.gone = asyncio.Event()
        self.asked = False

    async def receive(self):
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.body":
            self.taken += 1
            if self.taken > 2:
                await self.gone.wait()


async def test_a_slow_client_is_waited_for_and_one_that_went_away_is_let_go(tmp_path, monkeypatch):
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(100 * CHUNK)
    reads = []
    pread = os.pread
    monkeypatch.setattr(module.os, "pread", lambda *args: reads.append(args[2]) or pread(*args))
    client = Client(large)
    sending = asyncio.create_task(send_file(client.scope, client.receive, client.send, client.shown))
    await async_until(lambda: client.taken == 3, "the first chunks")
    for _ in range(200):
        await asyncio.sleep(0)
    assert len(reads) == 3  # nothing is read ahead of a client that does not take it
    client.gone.set()
    await sending
    assert len(reads) <= 4
    assert len(module._places) == 0


async def test_beyond_so_many_readers_the_answer_is_come_again(client, settings):
    settings.FILE_READERS = 0
    reply = await client.get(links.sign_file("recordings", "a/talk.mp4", lifetime=HOUR))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")


@pytest.fixture
async def large(tmp_path):
    """A timeline that no client takes in one go."""
    path = tmp_path / "large.mp4"
    with path.open("wb") as file:
        file.truncate(100 * CHUNK)
    return path


@pytest.fixture
def slow(large):
    """``await slow(address)`` is a client that takes two pieces and then nothing; its answer is in ``sending``."""

    async def begin(address):
        client = Client(large, address)
        client.sending = asyncio.create_task(send_file(client.scope, client.receive, client.send, client.shown))
        await async_until(lambda: client.taken == 3 or client.sending.done(), "the first chunks")
        return client

    return begin


async def served(large, address):
    """Whether a client that takes everything gets it."""
    client = Client(large, address)
    client.gone.set()
    answers = []

    async def send(message):
        answers.append(message)
        await asyncio.sleep(0)

    async def receive():
        await asyncio.Event().wait()

    await asyncio.wait_for(send_file(client.scope, receive, send, client.shown), 60)
    return answers[0]["status"], sum(len(each.get("body", b"")) for each in answers) == 100 * CHUNK


async def test_one_address_that_takes_nothing_keeps_no_other_waiting(slow, large, settings):
    settings.FILE_READERS, settings.FILE_READERS_PER_ADDRESS = 6, 4
    clients = [await slow("192.0.2.1") for _ in range(10)]
    assert len(module._places) == 4
    assert await served(large, "192.0.2.2") == (200, True)
    for client in clients:
        client.gone.set()
    await asyncio.gather(*(client.sending for client in clients))
    assert len(module._places) == 0


async def test_whoever_holds_most_gives_way_when_all_places_are_taken(slow, large, settings):
    settings.FILE_READERS, settings.FILE_READERS_PER_ADDRESS = 6, 4
    many = [await slow(f"2001:db8::{number:x}") for number in range(4)]  # one /64
    few = [await slow(f"192.0.2.{number}") for number in range(2)]
    assert len(module._places) == 6
    assert await served(large, "198.51.100.1") == (200, True)
    assert [client.sending.done() for client in many].count(True) == 1
    assert not any(client.sending.done() for client in few)
    for client in many + few:
        client.gone.set()
    await asyncio.gather(*(client.sending for client in many + few))


async def test_whoever_stands_still_gives_way_however_many_addresses_they_have(slow, large, settings, monkeypatch):
    settings.FILE_READERS, settings.FILE_READERS_PER_ADDRESS = 4, 2
    clients = [await slow(f"192.0.2.{number}") for number in range(4)]
    status, _whole = await served(large, "198.51.100.1")
    assert status == 503  # they may be slow for a moment only
    monkeypatch.setattr(readers, "STILL", 0.0)
    assert await served(large, "198.51.100.1") == (200, True)
    assert [client.sending.done() for client in clients] == [True, False, False, False]  # who has waited for longest
    for client in clients:
        client.gone.set()
    await asyncio.gather(*(client.sending for client in clients))


async def test_nobody_is_waited_for_for_ever(slow, settings):
    settings.FILE_STALL_SECONDS = 0.01
    client = await slow("192.0.2.1")
    await asyncio.wait_for(client.sending, 60)
    assert len(module._places) == 0


MEASURE = """
import asyncio, resource, sys
from pathlib import Path
import django
django.setup()
from webinar.serve.files import Shown, send_file

total = 0
async def send(message):
    global total
    total += len(message.get("body", b""))
async def receive():
    await asyncio.Event().wait()
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def main():
    scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}
    path = Path(sys.argv[1])
    await send_file(scope | {"headers": [(b"range", b"bytes=0-16777215")]}, receive, send, Shown(path))
    before = most()
    await asyncio.gather(*(send_file(scope, receive, send, Shown(path)) for _ in range(2)))
    print(total, most() - before)

asyncio.run(main())
"""


def test_two_gigabytes_twice_at_once_take_no_more_memory_than_a_piece(tmp_path):
    size = 2 * 1024**3
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.truncate(size)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "webinar.settings", "DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-c", MEASURE, str(path)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    total, grown = map(int, run.stdout.split())
    assert total == 2 * size + 16 * 1024**2
    assert grown < 20 * 1024  # KiB
