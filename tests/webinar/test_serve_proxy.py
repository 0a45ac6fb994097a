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

from media.ingests.supervisor import Refusal
from media.livekit import client as port
from tests.livekit import async_until
from tests.media.livekit.test_grants import AUDIENCE
from tests.ports import free_port
from webinar.serve.proxy import LiveKitProxy


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


#: What passes, once, and what does not.
QUERY = b"sdk=js&protocol=17&publish=track&sdk=other&attributes=%7B%7D&x=" + b"y" * 300


async def test_messages_query_and_subprotocol_pass_both_ways():
    async def echo(socket):
        await socket.send(socket.request.path)
        async for message in socket:
            await socket.send(message)

    async with upstream(echo, subprotocols=["signal"]), Client("/livekit/rtc/v1", QUERY, ["signal"]) as client:
        assert await client.message(0) == {"type": "websocket.accept", "subprotocol": "signal"}
        assert await client.message(1) == {"type": "websocket.send", "text": "/rtc/v1?sdk=js&protocol=17"}
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
    "path",
    [
        *("/livekit", "/livekit/twirp/livekit.RoomService/ListRooms", "/livekit/rtc/../twirp/x", "/livekit/rtc/"),
        *("/livekit/rtc/v2", "/livekit/rtc/validate", "/livekit/agent", "/livekit/whip/v1", "/livekit/rtc/v1/validate"),
    ],
)
async def test_a_socket_elsewhere_in_livekit_is_refused(path):
    async with Client(path) as client:
        assert (await client.message(0))["status"] == 404


@pytest.mark.parametrize("query", [b"sdk=" + b"x" * 300, b"access_token=" + b"x" * 5000, b"a=1&" * 70])
async def test_an_address_longer_than_clients_make_it_is_refused(query):
    async with Client(query=query) as client:
        assert (await client.message(0))["status"] == 414


async def test_without_livekit_http_is_answered_as_unavailable():
    transport = httpx.ASGITransport(LiveKitProxy("/livekit", refuse_all))
    with override_settings(LIVEKIT_URL=f"http://127.0.0.1:{free_port()}"):
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            reply = await client.get("/livekit/rtc/validate")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")


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
