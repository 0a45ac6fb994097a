"""The minimum that an ASGI server can do: every message from Redis goes to every socket, one send after the other."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio

Send = Callable[[dict[str, Any]], Awaitable[None]]
_sends: set[Send] = set()
_listening: asyncio.Task[None] | None = None


async def _listen() -> None:
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])
    async with client.pubsub() as channel:
        await channel.subscribe("bench")
        async for message in channel.listen():
            if message["type"] == "message":
                frame = {"type": "websocket.send", "text": message["data"].decode()}
                for send in list(_sends):
                    await send(frame)


async def application(scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """WebSockets only."""
    global _listening  # noqa: PLW0603
    if scope["type"] != "websocket":
        return
    if _listening is None:
        _listening = asyncio.create_task(_listen())
    await receive()
    await send({"type": "websocket.accept"})
    _sends.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        _sends.discard(send)
