"""The pool that answers pages and API: bounded, and indifferent to slow clients."""

import asyncio
import threading

import httpx
import pytest

from tests.livekit import async_until
from webinar.serve import pool as module
from webinar.serve.bodies import FREE, Body
from webinar.serve.pool import PooledWSGI


def client_of(pool) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(pool), base_url="http://product", timeout=60)


def answering(work):
    """A WSGI application whose body is what ``work(environ)`` gives."""

    def app(environ, start_response):
        body = work(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]

    return app


@pytest.fixture
def pools():
    made = []

    def make(work, *, threads=1, queue=0):
        made.append(PooledWSGI(answering(work), threads=threads, queue=queue))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/webinar/sessions", '"code": "busy"'),
        ("/", "Very many people are here at this moment. Try again in a few seconds."),
    ],
)
async def test_beyond_threads_and_queue_the_answer_is_503_at_once(pools, path, body):
    gate = threading.Event()
    pool = pools(lambda _environ: (gate.wait(60), b"done")[1], threads=1, queue=1)
    async with client_of(pool) as client:
        waiting = [asyncio.create_task(client.get("/")) for _ in range(2)]
        await async_until(lambda: pool.taken == 2, "two requests in the pool")
        refused = await client.get(path)
        gate.set()
        answers = await asyncio.gather(*waiting)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert body in refused.text
    assert [answer.text for answer in answers] == ["done", "done"]


async def test_one_address_that_wants_all_threads_and_the_queue_leaves_room_for_others(pools, settings):
    settings.WSGI_PER_ADDRESS = 3
    go_on = threading.Event()

    def work(environ):
        go_on.wait(60)
        return b"done"

    pool = pools(work, threads=2, queue=4)

    def client(address):
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(pool, client=(address, 1)), base_url="http://product", timeout=60
        )

    async with client("2001:db8::1") as greedy, client("2001:db8::2") as same, client("192.0.2.7") as other:
        waiting = [asyncio.create_task(greedy.get("/")) for _ in range(3)]
        await async_until(lambda: pool.taken == 3, "the first requests")
        assert [(await each.get("/")).status_code for each in (greedy, same)] == [503, 503]
        served = asyncio.create_task(other.get("/"))
        await async_until(lambda: pool.taken == 4, "the other's request")
        go_on.set()
        assert {(await each).status_code for each in [*waiting, served]} == {200}
        assert (await greedy.get("/")).status_code == 200
    assert not pool._of


async def test_requests_share_as_many_threads_as_allowed(pools):
    seen = set()
    pool = pools(lambda _environ: (seen.add(threading.current_thread().name), b"")[1], threads=2, queue=100)
    async with client_of(pool) as client:
        answers = await asyncio.gather(*[client.get("/") for _ in range(50)])
    assert {answer.status_code for answer in answers} == {200}
    assert len(seen) <= 2
    assert pool.taken == 0


async def test_a_body_that_does_not_come_holds_no_thread_and_is_given_up(pools, settings):
    settings.BODY_SECONDS = 0.05
    pool = pools(lambda _environ: b"never")
    sent = []

    async def never():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": [], "query_string": b""}
    await pool(scope, never, send)
    assert sent[0]["status"] == 408
    assert pool.taken == 0


async def test_a_body_beyond_the_limit_is_refused_with_and_without_its_length(pools, monkeypatch, settings):
    monkeypatch.setattr(module, "BODY_LIMIT", 10)
    settings.JSON_BODY_LIMIT = 10
    pool = pools(lambda _environ: b"never")

    async def pieces():
        for _ in range(4):
            yield b"12345"

    async with client_of(pool) as client:
        assert (await client.post("/", content=b"x" * 11)).status_code == 413
        assert (await client.post("/", content=pieces())).status_code == 413


async def test_a_whole_body_reaches_the_application(pools):
    pool = pools(lambda environ: environ["wsgi.input"].read())
    async with client_of(pool) as client:
        form = {"content-type": "multipart/form-data; boundary=x"}
        assert (await client.post("/", content=b"x" * 100_000, headers=form)).content == b"x" * 100_000


async def test_the_application_knows_the_length_of_a_body_that_came_in_chunks(pools):
    """WSGI reads no further than CONTENT_LENGTH: without it the API would take the body for an empty one."""

    def told(environ):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return b"%d:%s" % (length, environ["wsgi.input"].read(length))

    async def chunks():
        yield b'{"title":'
        yield b'"Talks"}'

    pool = pools(told)
    async with client_of(pool) as client:
        assert (await client.post("/", content=chunks())).text == '17:{"title":"Talks"}'
        assert (await client.post("/", content=b"whole")).text == "5:whole"
        assert (await client.post("/")).text == "0:"
        assert (await client.get("/")).text == "0:"


async def test_a_header_with_underscores_cannot_pose_as_one_with_dashes(pools):
    pool = pools(lambda environ: environ.get("HTTP_X_API_KEY", "none").encode())
    async with client_of(pool) as client:
        assert (await client.get("/", headers={"X_API_KEY": "forged"})).text == "none"
        assert (await client.get("/", headers={"X-API-Key": "real"})).text == "real"


async def test_a_query_string_that_is_not_ascii_is_no_failure(pools):
    pool = pools(lambda environ: environ["QUERY_STRING"].encode())
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    query = "q=é&r=%20+x".encode()
    await pool(
        {"type": "http", "http_version": "1.1", "method": "GET", "path": "/", "headers": [], "query_string": query},
        receive,
        send,
    )
    assert sent[1]["body"] == b"q=%C3%A9&r=%20+x"


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ("application/json", 1_500_000),
        ("Multipart/Form-Data; boundary=x", 4 * 1024 * 1024),
        ("application/x-www-form-urlencoded", 2 * 1024 * 1024),
        ("application/webhook+json", 1_500_000),
        ("text/plain", 64 * 1024),
        ("", 64 * 1024),
    ],
)
def test_how_much_is_taken_follows_from_what_is_sent(kind, limit):
    assert module.body_limit({"headers": [(b"content-type", kind.encode())]}) == limit


async def test_a_cookie_with_a_backslash_is_left_out(pools):
    pool = pools(lambda environ: environ.get("HTTP_COOKIE", "").encode())
    async with client_of(pool) as client:
        told = {"Cookie": 'a=1; b="\\\\\\"; sessionid=kept'}
        assert (await client.get("/", headers=told)).text == "a=1; sessionid=kept"


async def test_bodies_that_are_not_dealt_with_share_a_bounded_memory(pools, settings):
    """The small ones, such as a sign-in, always fit."""
    settings.BODIES_MEMORY = 400_000
    gate = threading.Event()
    pool = pools(lambda environ: (gate.wait(60), b"done")[1], threads=1, queue=50)
    form = {"content-type": "multipart/form-data; boundary=x"}
    async with client_of(pool) as client:
        first = asyncio.create_task(client.post("/", content=b"x" * 100_000, headers=form))
        await async_until(lambda: pool.taken == 1, "one request in the pool")
        assert Body._held == 100_000 - FREE
        refused = await client.post("/", content=b"x" * 100_000, headers=form)
        small = asyncio.create_task(client.post("/", content=b"x" * FREE, headers=form))
        await async_until(lambda: pool.taken == 2, "the small one in the pool")
        gate.set()
        answers = [await first, await small]
        later = await client.post("/", content=b"x" * 100_000, headers=form)
    assert refused.status_code == 503
    assert [answer.text for answer in [*answers, later]] == ["done"] * 3
    assert (Body._held, Body._held_of) == (0, {})
