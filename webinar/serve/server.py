"""uvicorn as `serve` uses it: behind our acceptor, without its signal handlers and its clock."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any

import uvicorn
from django.conf import settings
from django.utils.translation import gettext as _

from webinar.serve.acceptor import Acceptor
from webinar.serve.connections import Connections, Place
from webinar.serve.frames import FrameProtocol
from webinar.serve.http import BoundedProtocol
from webinar.serve.pool import Receive, Scope, Send, refuse

MESSAGE_LIMIT = 512 * 1024  # bytes of one WebSocket message from a browser: an SDP answer in a full room
GRACE_SECONDS = 5  # for requests in flight when stopping
TICK = 1.0  # seconds: how often the Date of answers moves on
WEBHOOK_PATH = "/v1/webinar/webhooks/livekit"


class QuietServer(uvicorn.Server):
    """uvicorn behind our acceptor, without signal handlers of its own: it would raise the signal again and end us
    in the middle."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self.open_connections = connections
        self._watching: asyncio.Task[None] | None = None
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on ``sockets``. TLS is the acceptor's, which counts a connection before its handshake."""
        await self.lifespan.startup()

        def make(place: Place) -> BoundedProtocol:
            return BoundedProtocol(place, self.config, self.server_state, self.lifespan.state)

        self.servers = [Acceptor(sock, self.open_connections, make, self.config.ssl) for sock in sockets or []]  # type: ignore[misc]
        self._watching = asyncio.get_running_loop().create_task(self.open_connections.watch())
        self.started = True

    async def main_loop(self) -> None:
        """Renew the Date of answers until :meth:`leave`; uvicorn looks ten times a second whether it should end."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), TICK)

    def leave(self) -> None:
        """End: let requests in flight finish, for a while."""
        self.should_exit = True
        self._leaving.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open, politely."""
        await super().shutdown(sockets)
        if self._watching is not None:
            self._watching.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def outside_config(application: Any) -> uvicorn.Config:
    """For browsers and programs, or the proxy in front of us."""
    trusted = settings.TRUSTED_PROXIES
    return _config(
        application,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted or "",
        ssl_certfile=settings.TLS_CERT or None,
        ssl_keyfile=settings.TLS_KEY or None,
    )


def inside_config(application: Any) -> uvicorn.Config:
    """For LiveKit's webhooks, on loopback: nothing else is answered there."""

    async def webhook_only(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == WEBHOOK_PATH:
            await application(scope, receive, send)
        elif scope["type"] == "http":
            await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))

    return _config(webhook_only, proxy_headers=False)


def _config(app: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        http="httptools",
        log_config=None,
        access_log=False,  # the request log has it, without secrets
        server_header=False,
        ws=FrameProtocol,
        ws_per_message_deflate=False,  # it halves the throughput (docs/decisions/0012-hub-beside-channels.md)
        ws_max_size=MESSAGE_LIMIT,
        ws_ping_interval=30,  # more than a page's own heartbeat: only silent peers are asked
        timeout_keep_alive=settings.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )
