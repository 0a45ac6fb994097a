"""Accepts connections: each gets its place before anything else, even before a TLS handshake, or is refused."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.conf import settings

from webinar.serve.connections import Connections, Full, Place
from webinar.serve.http import BoundedProtocol, refusal

logger = structlog.get_logger(__name__)

FAREWELL_SECONDS = 5.0  # seconds for the end of TLS
AT_ONCE = 64  # connections that are accepted before other work of the loop has its turn
PAUSE = 0.2  # seconds to wait if the system has no descriptor for another connection


class Acceptor:
    """What uvicorn uses of an asyncio.Server, for one listening socket; ``make`` creates a connection's protocol."""

    def __init__(
        self,
        listener: socket.socket,
        connections: Connections,
        make: Callable[[Place], BoundedProtocol],
        context: ssl.SSLContext | None,
    ) -> None:
        self._listener, self._connections, self._make, self._context = listener, connections, make, context
        self._loop = asyncio.get_running_loop()
        self._entering: set[asyncio.Task[None]] = set()
        self._pausing: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self._listen()

    def close(self) -> None:
        """Accept no more connections."""
        self._loop.remove_reader(self._listener)
        if self._pausing is not None:
            self._pausing.cancel()
        for task in self._entering:
            task.cancel()

    async def wait_closed(self) -> None:
        """Returns once no more connections are accepted."""
        await asyncio.gather(*self._entering, return_exceptions=True)

    def _listen(self) -> None:
        """From now on: waiting for each connection anew would cost as much again as accepting it."""
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, peer = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                logger.warning("A connection could not be accepted", reason=str(error))
                self._loop.remove_reader(self._listener)
                self._pausing = self._loop.call_later(PAUSE, self._listen)
                return
            accepted.setblocking(False)
            try:
                place = self._connections.admit(peer[0])
            except Full as full:
                self._reject(accepted, full)
                continue
            task = self._loop.create_task(self._enter(accepted, place))
            self._entering.add(task)
            task.add_done_callback(self._entering.discard)

    def _reject(self, accepted: socket.socket, full: Full) -> None:
        with accepted, suppress(OSError):
            if self._context is None:
                accepted.send(refusal(429 if full.of_address else 503))

    async def _enter(self, accepted: socket.socket, place: Place) -> None:
        """From here on the protocol owns the place."""
        secure = {"ssl_handshake_timeout": settings.HEAD_SECONDS, "ssl_shutdown_timeout": FAREWELL_SECONDS}
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(
                lambda: self._make(place), accepted, ssl=self._context, **(secure if self._context else {})
            )
        except (OSError, TimeoutError):  # the peer spoke no TLS, an old version, or nothing
            accepted.close()
            place.release()
        except BaseException:
            accepted.close()
            place.release()
            raise
