"""The socket at /v1/webinar/socket (docs/contract.md §4): one task for each connection, no channel layer."""

import asyncio
import logging
from collections.abc import Hashable
from typing import Any
from urllib.parse import urlsplit

from channels.consumer import AsyncConsumer
from django.conf import settings

from core.errors import Problem
from realtime.brokers import BrokerDown
from realtime.channels import events_frame
from realtime.hub import Hub, get_hub
from realtime.sockets import NO_TICKET, RESTARTING, TOO_MUCH
from sessions.people.presence import sockets
from sockets.admission import Connection, Refused, possible_topics, read_pass, welcome_frame
from sockets.batches import batches_of
from sockets.changes import changes_of
from sockets.commands import run_command
from sockets.frames import (
    AlreadyConnected,
    BadFrame,
    CommandFrame,
    NotConnected,
    done,
    failed,
    read_connect,
    read_frame,
)
from sockets.limits import connection_counts, origin_of
from sockets.tickets import resume_token

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10.0  # seconds from the handshake to a valid connect
FRAMES_A_SECOND = 10.0
FRAMES_AT_ONCE = 40.0
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def admitted_origins() -> set[str]:
    """The origins whose pages may open sockets: our own. Without PUBLIC_URL the machine's own names are equivalent."""
    own = settings.BASE_URL
    if settings.PUBLIC_URL:
        return {own}
    port = urlsplit(own).port
    return {own, *(f"http://{host}:{port}" for host in _LOOPBACK)}


class Allowance:
    """The rate limit of a client's frames: a burst, then so many a second."""

    __slots__ = ("_left", "_then")

    def __init__(self, now: float) -> None:
        self._left, self._then = FRAMES_AT_ONCE, now

    def take(self, now: float) -> bool:
        """Whether one more frame is within the limit."""
        self._left = min(FRAMES_AT_ONCE, self._left + (now - self._then) * FRAMES_A_SECOND) - 1
        self._then = now
        return self._left >= 0


class SocketConsumer(AsyncConsumer):
    """One connection, from handshake to close.

    Has its own loop over ``receive``: that of Channels makes a task for each frame and, before each, a hop to the one
    thread that all synchronous code shares.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()  # websocket.connect
        origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)
        if origin is not None and origin.lower().rstrip("/") not in admitted_origins():
            await send({"type": "websocket.close", "code": 4403})  # before accept: the handshake is answered 403
            return
        await send({"type": "websocket.accept"})
        self._address = origin_of(scope)
        self._receive = receive
        self._hub = get_hub()
        extension = scope.get("extensions", {}).get("webinar.frames", {})
        self._socket = self._hub.socket(send, write_frame=extension.get("write"))
        if "forget" in extension:
            extension["forget"]()  # the connection may last for hours
        del scope, extension
        loop = asyncio.get_running_loop()
        self._allowance = Allowance(loop.time())
        self._socket.on_dead = asyncio.current_task().cancel  # type: ignore[union-attr]
        self._counted: list[Hashable] = []
        try:
            await self._serve()
        except asyncio.CancelledError:
            if not self._socket.is_dead:
                raise
        finally:
            self._socket.on_dead = None
            self._hub.leave(self._socket)
            for key in self._counted:
                connection_counts.leave(key)
            owner: Connection | None = self._socket.owner
            if owner is not None:
                changes_of(self._hub).gone(owner.entry.session_id)
                sockets.left(owner.entry.session_id, owner.entry.user_id)

    async def _serve(self) -> None:
        try:
            self._count(("address", self._address), settings.SOCKETS_PER_ADDRESS)
            async with asyncio.timeout(CONNECT_TIMEOUT) as patience:
                connected = await self._connect(patience)
        except TimeoutError:
            self._socket.close(NO_TICKET, drop=False)
            connected = True
        except Refused as refused:
            self._socket.close(refused.code, drop=False)
            connected = True
        except BrokerDown:  # no events can be received, so the client should reconnect
            logger.warning("A socket could not be let in: the broker does not answer")
            self._socket.close(RESTARTING, drop=False)
            connected = True
        while connected and (frame := await self._next_frame()) is not None:
            await self._execute(frame)

    def _count(self, key: Hashable, most: int) -> None:
        """Raises Refused (4429) if there are ``most`` of ``key`` already."""
        if not connection_counts.enter(key, most):
            raise Refused(TOO_MUCH)
        self._counted.append(key)

    async def _next_frame(self) -> CommandFrame | None:
        """The next readable command; None when the connection is gone. Unreadable frames are answered with an error."""
        loop = asyncio.get_running_loop()
        while (message := await self._receive())["type"] == "websocket.receive":
            if self._socket.closing is not None:
                continue
            if not self._allowance.take(loop.time()):
                self._socket.close(TOO_MUCH)
                continue
            try:
                return read_frame(message)
            except Problem as problem:
                self._socket.offer(failed(None, problem))
        return None

    async def _connect(self, patience: asyncio.Timeout) -> bool:
        """Wait for ``connect`` and admit the socket; False if the client disconnected. Raises Refused.

        ``patience`` limits the client alone: in a crowd the server may need longer.
        """
        while (frame := await self._next_frame()) is not None:
            if frame.do != "connect":
                self._socket.offer(failed(frame.id, NotConnected()))
                continue
            try:
                asked = read_connect(frame)
            except BadFrame as problem:
                self._socket.offer(failed(frame.id, problem))
                continue
            patience.reschedule(None)
            entry, ticket = read_pass(asked)
            self._count((entry.user_id, entry.session_id), settings.SOCKETS_PER_USER)
            hold = await self._hub.subscriptions.hold(possible_topics(entry))
            try:
                given = await batches_of(self._hub).welcome(entry, asked.since, ticket)
                changes = changes_of(self._hub)
                frames = [welcome_frame(frame.id, given, resume_token(entry))]
                if given.missed:
                    frames.append(events_frame(given.missed))
                self._socket.owner = given.connection
                changes.arrived(entry.session_id)
                self._hub.subscriptions.begin(given.places)
                self._hub.admit(self._socket, hold, given.positions, frames, topics=given.topics)
                sockets.arrived(entry.session_id, entry.user_id, role=given.connection.allowed.role)
                for message in hold.after(given.places):
                    changes.on_message(message)  # it changed while we looked, and this socket was not yet there
            finally:
                self._hub.subscriptions.release(hold)
            return True
        return False

    async def _execute(self, frame: CommandFrame) -> None:
        connection: Connection | None = self._socket.owner
        if connection is None:
            return
        self._socket.seen = asyncio.get_running_loop().time()
        if frame.do == "ping":
            self._socket.offer(done(frame.id, {"resume": resume_token(connection.entry)}))
        elif frame.do == "connect":
            self._socket.offer(failed(frame.id, AlreadyConnected()))
        else:
            self._socket.offer(await run_command(connection, frame))


async def close_sockets() -> None:
    """Close every socket of the running loop with 1012, before the server itself stops."""
    hub: Hub = get_hub()
    await hub.shutdown()


async def socket_application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application."""
    await SocketConsumer()(scope, receive, send)
