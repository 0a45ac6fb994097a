"""Frames that are encoded once for many sockets."""

import asyncio

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode

from realtime.sockets import Socket, text_frame
from tests.ports import free_port
from webinar.serve.frames import EXTENSION, FrameProtocol, Gate

TEXTS = ["", "é" * 62, "x" * 125, "x" * 126, "ü" * 3000, "x" * 65535, "x" * 65536, "x" * 70000]


@pytest.mark.parametrize("text", TEXTS, ids=[str(number) for number in range(len(TEXTS))])
def test_a_frame_is_what_the_websocket_protocol_says(text):
    assert text_frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class Server:
    """A real uvicorn whose application hands its socket to the test."""

    def __init__(self):
        self.port = free_port()
        self.sockets = asyncio.Queue()
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.application,
                port=self.port,
                lifespan="off",
                log_config=None,
                ws=FrameProtocol,
                ws_per_message_deflate=False,
                interface="asgi3",
            )
        )

    async def application(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        extension = scope["extensions"][EXTENSION]
        extension["forget"]()
        await self.sockets.put(Socket(send, limit=1000, write_frame=extension["write"]))
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def __aenter__(self):
        self.running = asyncio.create_task(self.server._serve())
        while not self.server.started:  # noqa: ASYNC110 — uvicorn tells no other way
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_):
        self.server.should_exit = True
        await self.running


async def test_frames_and_ordinary_messages_keep_their_order_also_when_the_peer_is_slow():
    async with Server() as server, connect(f"ws://127.0.0.1:{server.port}", max_queue=1, compression=None) as client:
        socket = await server.sockets.get()
        sent = []
        for number in range(300):
            text = f"{number}:" + "x" * 20_000  # more than system and transport take at once
            sent.append(text)
            socket.offer(text, text_frame(text) if number % 3 else None)
        assert [await client.recv() for _ in sent] == sent


async def test_a_reply_goes_out_at_once_where_the_peer_takes_it():
    async with Server() as server, connect(f"ws://127.0.0.1:{server.port}") as client:
        socket = await server.sockets.get()
        for text in ("ä", "x" * 200, "x" * 70_000):
            socket.offer(text)
            assert socket._task is None
            assert await client.recv() == text


async def test_after_the_handshake_nothing_of_it_is_kept():
    async with Server() as server, connect(f"ws://127.0.0.1:{server.port}") as client:
        socket = await server.sockets.get()
        protocol = socket._write_frame.__self__
        assert (protocol.request, protocol.response, protocol.scope) == (None, None, {})
        assert vars(protocol) == {}, "a new attribute of uvicorn's protocol needs a slot"
        socket.offer("still here")
        assert await client.recv() == "still here"
        await client.ping()
        await client.send("and heard")
        socket.close(4401)
        await client.wait_closed()
        assert client.close_code == 4401


async def test_only_a_silent_peer_is_asked_whether_it_is_there():
    async with Server() as server, connect(f"ws://127.0.0.1:{server.port}") as client:
        socket = await server.sockets.get()
        protocol = socket._write_frame.__self__
        protocol.heard = protocol.loop.time() - protocol.ping_interval / 2
        protocol.send_keepalive_ping()
        assert protocol.pending_ping_payload is None
        assert protocol.ping_timer.when() == pytest.approx(protocol.heard + protocol.ping_interval, abs=0.5)
        protocol.stop_keepalive()
        protocol.heard -= protocol.ping_interval
        protocol.send_keepalive_ping()
        asked = protocol.pending_ping_payload
        assert asked is not None
        socket.offer("after the ping")
        assert await client.recv() == "after the ping"
        await (await client.ping())
        assert protocol.heard >= protocol.ping_sent_at


async def test_whoever_waits_at_a_gate_goes_through_when_it_opens():
    gate = Gate()
    await gate.wait()
    gate.clear()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    waiting[0].cancel()
    gate.set()
    await waiting[1]
    assert waiting[0].cancelled()


async def test_a_peer_that_takes_nothing_is_closed_when_its_queue_is_full():
    async with Server() as server, connect(f"ws://127.0.0.1:{server.port}", max_queue=1, compression=None) as client:
        socket = await server.sockets.get()
        text = "x" * 60_000
        frame, offered = text_frame(text), 0
        while socket.closing is None:
            socket.offer(text, frame)
            offered += 1
            assert offered < 5000
        assert socket.closing == 4429
        client.transport.abort()


async def test_a_closed_connection_takes_no_frame():
    async with Server() as server:
        async with connect(f"ws://127.0.0.1:{server.port}") as client:
            socket = await server.sockets.get()
            await client.close()
        assert socket._write_frame(text_frame("late")) is False
