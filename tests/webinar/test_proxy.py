"""LiveKit under our own origin: what passes, what does not, and that closing and failing look the same on both sides."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import websockets
from django.test import override_settings
from livekit import rtc
from websockets.asyncio.server import serve

from media import livekit as port
from media.supervisor.ingests import Refusal
from tests.livekit import async_until
from tests.media.test_grants import AUDIENCE
from tests.ports import free_port
from tests.product import Product
from webinar.proxy import LiveKitProxy


def refuse_all(stream_key, address):
    return Refusal(f"Not from {address}.")


class Client:
    """One WebSocket as the server sees it: what the proxy sends is kept, what the client sends is put in."""

    def __init__(self, path="/livekit/rtc", query=b"", subprotocols=()):
        self.sent = []
        self.inbox = asyncio.Queue()
        self.scope = {
            "type": "websocket",
            "path": path,
            "query_string": query,
            "headers": [(b"authorization", b"Bearer x"), (b"cookie", b"sessionid=secret")],
            "subprotocols": list(subprotocols),
            "client": ("203.0.113.5", 1),
        }

    async def __aenter__(self):
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(LiveKitProxy("/livekit", refuse_all)(self.scope, self.inbox.get, self._send))
        return self

    async def __aexit__(self, *_exc):
        async with asyncio.timeout(20):
            await self.task

    async def _send(self, message):
        self.sent.append(message)

    async def message(self, number):
        return await async_until(lambda: len(self.sent) > number and self.sent[number], f"message {number}")


@asynccontextmanager
async def upstream(handler, **options):
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with override_settings(LIVEKIT_URL=url):
            yield server


async def test_messages_query_and_subprotocol_pass_both_ways():
    async def echo(socket):
        await socket.send(socket.request.path)
        async for message in socket:
            await socket.send(message)

    async with upstream(echo, subprotocols=["signal"]), Client("/livekit/rtc/v1", b"a=1&b=2", ["signal"]) as client:
        assert await client.message(0) == {"type": "websocket.accept", "subprotocol": "signal"}
        assert await client.message(1) == {"type": "websocket.send", "text": "/rtc/v1?a=1&b=2"}
        client.inbox.put_nowait({"type": "websocket.receive", "bytes": b"\x00\xff"})
        assert await client.message(2) == {"type": "websocket.send", "bytes": b"\x00\xff"}
        client.inbox.put_nowait({"type": "websocket.receive", "text": "hello"})
        assert await client.message(3) == {"type": "websocket.send", "text": "hello"}
        client.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})


async def test_cookies_stay_with_us_and_the_clients_address_is_told():
    seen = {}

    async def look(socket):
        seen.update({name.lower(): value for name, value in socket.request.headers.raw_items()})

    async with upstream(look), Client() as client:
        await client.message(1)
    assert seen["authorization"] == "Bearer x"
    assert seen["x-forwarded-for"] == "203.0.113.5"
    assert "cookie" not in seen


async def test_livekits_close_code_and_reason_reach_the_client():
    async def leave(socket):
        await socket.close(4321, "moved")

    async with upstream(leave), Client() as client:
        assert await client.message(1) == {"type": "websocket.close", "code": 4321, "reason": "moved"}


async def test_a_livekit_that_dies_closes_the_client_as_a_restart():
    async def die(socket):
        socket.transport.abort()

    async with upstream(die), Client() as client:
        assert await client.message(1) == {"type": "websocket.close", "code": 1012, "reason": ""}


async def test_the_clients_close_code_and_reason_reach_livekit():
    closed = asyncio.get_running_loop().create_future()

    async def listen(socket):
        await socket.wait_closed()
        closed.set_result((socket.close_code, socket.close_reason))

    async with upstream(listen):
        async with Client() as client:
            await client.message(0)
            client.inbox.put_nowait({"type": "websocket.disconnect", "code": 4100, "reason": "bye"})
        assert await asyncio.wait_for(closed, 20) == (4100, "bye")


async def test_livekits_refusal_of_a_socket_passes_with_its_status():
    async def refuse(connection, _request):
        return connection.respond(401, "no permission")

    async with upstream(lambda _socket: None, process_request=refuse), Client() as client:
        assert (await client.message(0))["status"] == 401
        assert (await client.message(1))["body"] == b"no permission"


async def test_a_socket_without_livekit_is_refused_as_unavailable():
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{free_port()}"):
        async with Client() as client:
            assert (await client.message(0))["status"] == 503


@pytest.mark.parametrize(
    "path", ["/livekit", "/livekit/twirp/livekit.RoomService/ListRooms", "/livekit/rtc/../twirp/x"]
)
async def test_a_socket_elsewhere_in_livekit_is_refused(path):
    async with Client(path) as client:
        assert (await client.message(0))["status"] == 404


SDP = {"Content-Type": "application/sdp"}


def authorization(head):
    """The header that arrived, which the double answers with."""
    return next((line[15:].encode() for line in head.splitlines() if line.lower().startswith("authorization:")), b"")


@pytest.fixture
async def over_http(httpserver_port):
    transport = httpx.ASGITransport(LiveKitProxy("/livekit", refuse_all))
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{httpserver_port}"):
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            yield client


@pytest.fixture
async def httpserver_port():
    """Answers like LiveKit's WHIP, naming what it was asked."""

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        reply = head.split("\r\n", 1)[0].encode()
        writer.write(
            b"HTTP/1.1 201 Created\r\nLocation: /whip/v1/participants/PA_1?x=1\r\nContent-Type: application/sdp\r\n"
            b"ETag: 7\r\nSet-Cookie: a=b\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n"
            b"Link: %b\r\nContent-Length: %d\r\n\r\n%b" % (authorization(head), len(reply), reply)
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_whip_passes_and_names_its_resource_under_our_path(over_http):
    reply = await over_http.post("/livekit/whip/v1", content=b"v=0", headers=SDP | {"Authorization": "Bearer jwt"})
    assert (reply.status_code, reply.text) == (201, "POST /whip/v1 HTTP/1.1")
    kept = {name: value for name, value in reply.headers.items() if name != "content-length"}
    assert kept == {
        "location": "/livekit/whip/v1/participants/PA_1?x=1",
        "content-type": "application/sdp",
        "etag": "7",
        "link": "Bearer jwt",
        "cache-control": "no-store",
    }


@pytest.mark.django_db
async def test_a_stream_key_is_exchanged_for_livekits_token(httpserver_port):
    transport = httpx.ASGITransport(LiveKitProxy("/livekit", lambda key, _address: f"token-of-{key}"))
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{httpserver_port}"):
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            reply = await client.post("/livekit/whip/v1", headers=SDP | {"Authorization": "Bearer sk_1"})
    assert (reply.status_code, reply.headers["link"]) == (201, "Bearer token-of-sk_1")


@pytest.mark.django_db
async def test_a_stream_key_that_opens_nothing_is_refused_in_words(over_http):
    reply = await over_http.post("/livekit/whip/v1", headers=SDP | {"Authorization": "Bearer sk_1"})
    assert (reply.status_code, reply.text) == (403, "Not from 127.0.0.1.")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_whip_resource_is_changed_and_ended_through_us(over_http, method):
    reply = await over_http.request(method, "/livekit/whip/v1/participants/PA_1")
    assert reply.text == f"{method} /whip/v1/participants/PA_1 HTTP/1.1"


@pytest.mark.parametrize(
    "path", ["/livekit", "/livekit/", "/livekit/twirp/livekit.RoomService/ListRooms", "/livekit/debug"]
)
async def test_the_rest_of_livekit_stays_inside(over_http, path):
    assert (await over_http.post(path)).status_code == 404


async def test_an_offer_that_is_too_long_is_refused(over_http):
    assert (await over_http.post("/livekit/whip/v1", content=b"v" * 300_000)).status_code == 413


async def test_without_livekit_http_is_answered_as_unavailable():
    transport = httpx.ASGITransport(LiveKitProxy("/livekit", refuse_all))
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{free_port()}"):
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            reply = await client.get("/livekit/rtc/validate")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def media_of(product):
    """Settings with which this process may make rooms and tokens on the product's LiveKit."""
    secret = (product.data_dir / "keys" / "livekit_secret").read_text()
    url = f"http://127.0.0.1:{product.livekit_port}"
    with override_settings(LIVEKIT_URL=url, LIVEKIT_API_KEY="webinar", LIVEKIT_API_SECRET=secret):
        yield


@pytest.mark.product
async def test_a_livekit_client_connects_through_the_products_own_port(product, media_of):
    port.ensure_room("lecture")
    token = port.mint_token(identity="bob:1", room="lecture", grant=AUDIENCE, lifetime=timedelta(minutes=5))
    client = rtc.Room()
    await client.connect(f"ws://localhost:{product.port}/livekit", token)
    try:
        assert [one.identity for one in port.list_participants("lecture")] == ["bob:1"]
    finally:
        await client.disconnect()
    await async_until(lambda: port.list_participants("lecture") == [], "the end of the connection")
    assert token not in product.log
    assert "access_token=ey" not in product.log


@pytest.mark.product
async def test_a_wrong_token_is_refused_by_livekit_itself(product):
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://localhost:{product.port}/livekit/rtc?access_token=wrong", proxy=None)
    assert refused.value.response.status_code == 401


@pytest.mark.product
async def test_an_address_as_long_as_livekits_clients_make_it_passes(product):
    address = f"ws://localhost:{product.port}/livekit/rtc/v1?join_request={'x' * 20_000}"
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(address, proxy=None)
    assert refused.value.response.status_code in (400, 401)
