"""What uvloop itself can do: no ASGI, no protocol library; each message is framed once and written to every transport.

``PORT=… REDIS_URL=… python -m bench.fanout.writer``. Only enough of RFC 6455 for the bench's own clients.
"""

import asyncio
import base64
import hashlib
import os

import redis.asyncio
import uvloop

from realtime.sockets import text_frame

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_transports: set[asyncio.Transport] = set()


class Socket(asyncio.Protocol):
    """Answers the handshake, and reads nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # over TCP
        self._transport, self._head = transport, b""

    def data_received(self, data: bytes) -> None:
        if self._transport in _transports:
            return
        self._head += data
        if b"\r\n\r\n" not in self._head:
            return
        fields = (line.partition(b":") for line in self._head.split(b"\r\n"))
        key = next(value.strip() for name, _colon, value in fields if name.lower() == b"sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        _transports.add(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        _transports.discard(self._transport)


async def main() -> None:
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])
    server = await asyncio.get_running_loop().create_server(Socket, "127.0.0.1", int(os.environ["PORT"]), backlog=2048)
    async with server, client.pubsub() as channel:
        await channel.subscribe("bench")
        async for message in channel.listen():
            if message["type"] == "message":
                frame = text_frame(message["data"].decode())
                for transport in list(_transports):
                    transport.write(frame)


if __name__ == "__main__":
    uvloop.run(main())
