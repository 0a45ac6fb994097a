"""HTTP on loopback in a few lines: connections that stay, one request after the other on each, from many people.

Raw, because the client shares the machine with what is measured. Addresses of clients are told in X-Forwarded-For,
which the product believes when TRUSTED_PROXIES names 127.0.0.1.
"""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``body`` becomes JSON, ``address`` is the client's behind a proxy, ``cookie`` as browsers send."""

    method: str
    path: str
    body: Any = None
    token: str | None = None
    address: str | None = None
    scheme: str = "Bearer"
    cookie: str | None = None

    def encoded(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        payload = b"" if self.body is None else json.dumps(self.body).encode()
        if self.token is not None:
            lines.append(f"Authorization: {self.scheme} {self.token}")
        if self.cookie is not None:
            lines.append(f"Cookie: {self.cookie}")
        if self.address is not None:
            lines.append(f"X-Forwarded-For: {self.address}")
        if self.method != "GET":
            lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        return "\r\n".join([*lines, "", ""]).encode() + payload


@dataclass(frozen=True, slots=True)
class Reply:
    """``headers`` by their lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One connection that stays open between requests, and is opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_open(self) -> bool:
        return self._writer is not None and not self._writer.is_closing()

    async def open(self) -> None:
        """Connect. Raises OSError."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, request: Request) -> Reply:
        """The reply. Raises ConnectionError."""
        if not self.is_open:
            await self.open()
        assert self._reader is not None
        assert self._writer is not None
        self._writer.write(request.encoded())
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")[:-2]
            headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
            body = await self._body(self._reader, headers)
        except asyncio.IncompleteReadError as error:
            self.close()
            raise ConnectionError(f"The server closed the connection during {request.method} {request.path}") from error
        except asyncio.CancelledError:
            self.close()  # the reply that still comes is nobody's
            raise
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(int(first.split()[1]), headers, body)

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return b""
        parts = []
        while size := int((await reader.readline()).partition(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._reader = None


class Connections:
    """A number of connections to one server, among which requests are shared out."""

    def __init__(self, port: int, number: int) -> None:
        self._all = [Connection(port) for _ in range(number)]

    async def ask_all(self, requests: Iterable[Request]) -> list[Reply]:
        """The replies, in the order of ``requests``; each connection has one request under way."""
        waiting = deque(enumerate(requests))
        replies: dict[int, Reply] = {}

        async def work(connection: Connection) -> None:
            while waiting:
                number, request = waiting.popleft()
                replies[number] = await connection.ask(request)

        await asyncio.gather(*(work(connection) for connection in self._all))
        return [replies[number] for number in sorted(replies)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for connection in self._all:
            connection.close()
