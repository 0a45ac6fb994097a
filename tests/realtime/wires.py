"""Sockets made of a list, and events for them."""

import asyncio
import json
from datetime import UTC, datetime

AT = datetime(2026, 1, 2, tzinfo=UTC)


class Wire:
    """A send function that keeps what it is given; while ``open`` is cleared it takes nothing more."""

    def __init__(self):
        self.messages = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, message):
        await self.open.wait()
        self.messages.append(message)

    @property
    def frames(self):
        return [json.loads(message["text"]) for message in self.messages if message["type"] == "websocket.send"]

    @property
    def numbers(self):
        return [event["data"] for frame in self.frames for event in frame["events"]]

    @property
    def code(self):
        return next((message["code"] for message in self.messages if message["type"] == "websocket.close"), None)


def publish(broker, topic, data, kind="test"):
    return broker.publish(topic, kind, data, at=AT, idempotency_key=f"{topic}-{data}")


async def enter(hub, *topics):
    wire = Wire()
    socket = hub.socket(wire)
    hold = await hub.subscriptions.hold(topics)
    hub.admit(socket, hold, hub.subscriptions.broker.positions(topics), [])
    hub.subscriptions.release(hold)
    return socket, wire


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 — waits for what other objects become
            await asyncio.sleep(0.001)
