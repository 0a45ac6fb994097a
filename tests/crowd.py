"""A crowd that comes to a running product at once: cheap people in one event loop, each with an address of their own.

Everybody registers, joins, takes a ticket and opens a socket, over plain connections on loopback. They come through a
proxy that the product trusts, so that each has the address that ``X-Forwarded-For`` says.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

API = "/v1/webinar"
SIGN_OF_LIFE = 20  # seconds; the welcome asks for one every 25
LONGEST = 600  # seconds for one answer: a crowd waits its turn, and a test gives up in the end


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: dict


class Http:
    """One connection that is kept."""

    def __init__(self, base_url, address):
        self._where, self._address = urlsplit(base_url), address
        self.token = ""

    async def __aenter__(self):
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._where.port)
        return self

    async def __aexit__(self, *_error):
        self._writer.close()

    async def post(self, path, body=None):
        """The answer to POST."""
        content = json.dumps(body or {}).encode()
        head = [
            f"POST {API}{path} HTTP/1.1",
            f"Host: {self._where.netloc}",
            f"X-Forwarded-For: {self._address}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
            *([f"Authorization: Bearer {self.token}"] if self.token else []),
        ]
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + content)
        async with asyncio.timeout(LONGEST):
            lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(lines[0].split()[1]), headers, json.loads(body))


@dataclass
class Storm:
    """``people`` come to ``session``, from ``addresses``. ``refused`` counts answers that were no success."""

    base_url: str
    session: str
    people: int
    addresses: int
    refused: Counter = field(default_factory=Counter)
    done: Counter = field(default_factory=Counter)
    lost: Counter = field(default_factory=Counter)  # sockets that the product closed, by code
    sockets: list = field(default_factory=list)
    _staying: list = field(default_factory=list)

    async def come(self):
        """Returns when everybody has their welcome, or was refused."""
        await asyncio.gather(*[self._person(number) for number in range(self.people)])

    async def leave(self):
        """Close every socket."""
        for task in self._staying:
            task.cancel()
        await asyncio.gather(*[socket.close() for socket in self.sockets])

    async def _person(self, number):
        address = f"10.1.{number % self.addresses // 250}.{number % self.addresses % 250 + 1}"
        async with Http(self.base_url, address) as http:
            registered = await self._step(
                http, "register", "/auth/viewer/register", {"display_name": f"Guest {number}"}
            )
            if registered is None:
                return
            http.token = registered["access_token"]
            if await self._step(http, "join", f"/sessions/{self.session}/join") is None:
                return
            ticket = await self._step(http, "ticket", f"/sessions/{self.session}/realtime/ticket")
        if ticket is not None:
            await self._connect(ticket["ticket"], address)

    async def _step(self, http, name, path, body=None):
        answer = await http.post(path, body)
        if answer.status >= 300:
            self.refused[name, answer.status, answer.body.get("code")] += 1
            return None
        self.done[name] += 1
        return answer.body["data"]

    async def _connect(self, ticket, address):
        url = f"ws://127.0.0.1:{urlsplit(self.base_url).port}{API}/socket"
        headers = {"X-Forwarded-For": address}
        socket = await connect(
            url, additional_headers=headers, compression=None, open_timeout=LONGEST, ping_interval=None, proxy=None
        )
        self.sockets.append(socket)
        await socket.send(json.dumps({"id": 1, "do": "connect", "ticket": ticket}))
        welcome = json.loads(await asyncio.wait_for(socket.recv(), LONGEST))
        if welcome.get("ok"):
            self.done["welcome"] += 1
            self._staying.append(asyncio.create_task(self._stay(socket)))
        else:
            self.refused["connect", welcome.get("error", {}).get("code")] += 1

    async def _stay(self, socket):
        """Hear what is told, and give a sign of life while nothing is."""
        last = asyncio.get_running_loop().time()
        try:
            while True:
                left = last + SIGN_OF_LIFE - asyncio.get_running_loop().time()
                try:
                    await asyncio.wait_for(socket.recv(), max(0.01, left))
                except TimeoutError:
                    last = asyncio.get_running_loop().time()
                    await socket.send('{"id":2,"do":"ping"}')
        except ConnectionClosed as closed:
            self.lost[closed.rcvd.code if closed.rcvd else None] += 1
