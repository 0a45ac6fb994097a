"""Starts every part in order, waits for a signal, and stops every part in order."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Generator
from typing import Any

import structlog
import uvicorn
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from encoders.gateway import takes_encoders
from live.supervisor import make_supervisor
from live.tasks import reconcile_open_sessions
from media.livekit.client import close as close_livekit_calls
from media.livekit.server import LiveKitServer, Ports, find_binary
from realtime.brokers import get_broker
from realtime.leases import release_all
from realtime.outbox import start_drainer, stop_drainer
from realtime.recount import start_recounts, stop_recounts
from sessions.people.presence import start_presence, stop_presence
from sockets.consumer import close_sockets
from webinar.asgi import application
from webinar.checks import parts_of_one_process
from webinar.serve.acceptor import Acceptor
from webinar.serve.announcement import announcement
from webinar.serve.background import BackgroundWork
from webinar.serve.bodies import Receive, Scope
from webinar.serve.claims import CannotStart, DataDirLock, bind_port, check_media_ports, check_rtmp_port
from webinar.serve.connections import Connections, Place, connection_limit
from webinar.serve.first_run import FirstHost, is_migration_due, make_first_host, migrate
from webinar.serve.frames import FrameProtocol
from webinar.serve.http import BoundedProtocol
from webinar.serve.pool import Send, refuse

logger = structlog.get_logger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MESSAGE_LIMIT = 512 * 1024  # bytes of one WebSocket message from a browser: an SDP answer in a full room
GRACE_SECONDS = 5  # seconds for requests in flight when stopping
MEDIA_SECONDS = 20.0  # seconds for LiveKit to answer at start
ENGINE_SECONDS = 15.0  # seconds for recorders to finish their files
INSIDE_CONNECTIONS = 64  # bytes from LiveKit, on loopback
WEBHOOK_PATH = "/v1/webinar/webhooks/livekit"


def run() -> None:
    """Run the product until a signal asks to stop. Raises CannotStart before anything has been started."""
    lock = DataDirLock(settings.DATA_DIR)
    lock.take()
    try:
        binary = find_binary() if settings.LIVEKIT_EMBEDDED else None
        listener = bind_port()
        if binary is not None:
            check_media_ports(Ports.from_settings())
        if settings.MEDIA_SUPERVISOR and takes_encoders():
            check_rtmp_port()
        if migrate():
            logger.info("The database was migrated to this version")
        first_host = make_first_host()
        connections.close_all()
        background = BackgroundWork()
        _be(Product(listener, background=background, binary=binary, first_host=first_host))
    finally:
        lock.release()


def run_web() -> None:
    """Run one more process of a running product: pages, API and sockets, and nothing that may exist only once.

    It shares DATA_DIR (keys, files), PostgreSQL and Redis with the first, which has LiveKit, Celery and migrations.
    Raises CannotStart.
    """
    missing = parts_of_one_process("--role web", hint="or run `manage.py serve` alone")
    if missing:
        raise CannotStart("\n".join(f"{problem.msg} {problem.hint}" for problem in missing))
    if is_migration_due():
        raise CannotStart(_("The database has not been migrated to this version. Start the product itself first."))
    connections.close_all()
    _be(Product(bind_port()))


def _be(product: "Product") -> None:
    _collect_less()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(product.run())


def _collect_less() -> None:
    """Run the garbage collector less often, and never over objects that live as long as the process.

    With thousands of sockets Python's defaults spend about a seventh of the time on traversing permanent objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _loop_factory() -> Any:
    """uvloop if it is installed."""
    return uvicorn.Config(application, loop="auto", log_config=None).get_loop_factory()


class QuietServer(uvicorn.Server):
    """uvicorn behind our acceptor, without its own signal handlers: those would raise the signal again and end us
    half-way.
    """

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self.open_connections = connections
        self._watching: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on ``sockets``. TLS is the acceptor's, which counts a connection before its handshake."""
        await self.lifespan.startup()

        def make(place: Place) -> BoundedProtocol:
            return BoundedProtocol(place, self.config, self.server_state, self.lifespan.state)

        self.servers = [Acceptor(sock, self.open_connections, make, self.config.ssl) for sock in sockets or []]  # type: ignore[misc]
        self._watching = asyncio.get_running_loop().create_task(self.open_connections.watch())
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open, cleanly."""
        await super().shutdown(sockets)
        if self._watching is not None:
            self._watching.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Product:
    """All parts of one process. Without ``background`` it is an additional process."""

    def __init__(
        self,
        listener: socket.socket,
        *,
        background: BackgroundWork | None = None,
        binary: str | None = None,
        first_host: FirstHost | None = None,
    ) -> None:
        self.listener = listener
        self.first_host = first_host
        self.background = background
        self.stopping = asyncio.Event()
        self.supervisor = make_supervisor() if background is not None and settings.MEDIA_SUPERVISOR else None
        # LiveKit sends its webhooks over plain HTTP on loopback, whatever BIND, TLS_CERT and proxies do outside.
        self.inside = socket.create_server(("127.0.0.1", 0)) if binary else None
        self.livekit = self._livekit(binary) if binary else None
        most = connection_limit()
        self.servers = [QuietServer(_outside_config(), Connections(most, settings.CONNECTIONS_PER_ADDRESS))]
        if self.inside is not None:
            self.servers.append(QuietServer(_inside_config(), Connections(INSIDE_CONNECTIONS, INSIDE_CONNECTIONS)))

    def _livekit(self, binary: str) -> LiveKitServer:
        assert self.inside is not None
        webhook_url = f"http://127.0.0.1:{self.inside.getsockname()[1]}{WEBHOOK_PATH}"
        return LiveKitServer(
            binary, folder=settings.DATA_DIR, webhook_url=webhook_url, on_ready=reconcile_open_sessions.delay
        )

    async def run(self) -> None:
        """Start, announce, wait, stop."""
        loop = asyncio.get_running_loop()
        for sign in STOP_SIGNALS:
            loop.add_signal_handler(sign, self._stop_on, sign)
        if self.livekit is not None:
            self.livekit.start()
        if self.background is not None:
            await loop.run_in_executor(None, self.background.start)
        if self.supervisor is not None:
            self.supervisor.start()
        start_drainer()
        start_recounts()
        start_presence()
        sockets = [self.listener] if self.inside is None else [self.listener, self.inside]
        serving = [
            asyncio.create_task(server.serve([sock])) for server, sock in zip(self.servers, sockets, strict=True)
        ]
        try:
            announcing = asyncio.create_task(self._announce())
            stopping = asyncio.create_task(self.stopping.wait())
            await asyncio.wait([*serving, stopping], return_when=asyncio.FIRST_COMPLETED)
            announcing.cancel()
        finally:
            await self._stop(serving)
        if not self.stopping.is_set():
            raise RuntimeError("The server ended by itself; the log says why.")

    def _stop_on(self, sign: signal.Signals) -> None:
        if self.stopping.is_set():
            for server in self.servers:  # second signal: abandon requests in flight
                server.force_exit = True
            return
        logger.info("Stopping", signal=sign.name)
        self.stopping.set()

    async def _announce(self) -> None:
        while not all(server.started for server in self.servers):  # noqa: ASYNC110 — uvicorn tells no other way
            await asyncio.sleep(0.02)
        loop = asyncio.get_running_loop()
        media = None
        if self.livekit is not None and not await loop.run_in_executor(None, self.livekit.wait_ready, MEDIA_SECONDS):
            media = _("LiveKit does not answer yet; the log above says why. Everything but video works.")
        elif settings.LIVEKIT_EMBEDDED and self.livekit is None and self.background is not None:
            media = _(
                "LiveKit is missing, so video is off; everything else works. `make setup` builds it, or put "
                "livekit-server on PATH or into LIVEKIT_BINARY, or name a running server with LIVEKIT_URL."
            )
        print(announcement(first_host=self.first_host, media=media), file=sys.stdout, flush=True)  # noqa: T201

    async def _stop(self, serving: list[asyncio.Task[None]]) -> None:
        """Stop sockets first (1012, clients reconnect by themselves), then beat and worker, engines, then LiveKit."""
        loop = asyncio.get_running_loop()
        await close_sockets()
        for server in self.servers:
            server.should_exit = True
        for ended in await asyncio.gather(*serving, return_exceptions=True):
            if isinstance(ended, BaseException):
                logger.error("A server ended with an error", exc_info=ended)
        if self.background is not None:
            await loop.run_in_executor(None, self.background.stop)
        if self.supervisor is not None:
            await loop.run_in_executor(None, self.supervisor.stop, ENGINE_SECONDS)
        await loop.run_in_executor(None, stop_presence)
        await loop.run_in_executor(None, stop_recounts)
        await loop.run_in_executor(None, stop_drainer)
        await loop.run_in_executor(None, release_all)
        await loop.run_in_executor(None, get_broker().close)
        if self.livekit is not None:
            await loop.run_in_executor(None, self.livekit.stop)
        await loop.run_in_executor(None, close_livekit_calls)
        await loop.run_in_executor(None, application.pool.close)


def _outside_config() -> uvicorn.Config:
    trusted = settings.TRUSTED_PROXIES
    return _config(
        application,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted or "",
        ssl_certfile=settings.TLS_CERT or None,
        ssl_keyfile=settings.TLS_KEY or None,
    )


def _inside_config() -> uvicorn.Config:
    return _config(_webhook_only, proxy_headers=False)


def _config(app: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        http="httptools",
        log_config=None,
        access_log=False,  # our request log replaces it, without secrets
        server_header=False,
        ws=FrameProtocol,
        ws_per_message_deflate=False,  # it halves the throughput (docs/decisions/0012-hub-beside-channels.md)
        ws_max_size=MESSAGE_LIMIT,
        ws_ping_interval=30,  # longer than a page's own heartbeat: only silent peers are pinged
        timeout_keep_alive=settings.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )


async def _webhook_only(scope: Scope, receive: Receive, send: Send) -> None:
    """The listener on loopback answers LiveKit's webhooks only."""
    if scope["type"] == "http" and scope["path"] == WEBHOOK_PATH:
        await application(scope, receive, send)
    elif scope["type"] == "http":
        await refuse(scope, send, 404, "not_found", _("There is nothing at this address."))


__all__ = ["CannotStart", "run", "run_web"]
