"""Starts every part in order, waits for a signal, and stops every part in order."""

import asyncio
import gc
import signal
import socket
import sys
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
from webinar.serve.announcement import announcement
from webinar.serve.background import Worker
from webinar.serve.beat import Beat
from webinar.serve.claims import CannotStart, DataDirLock, bind_port, check_media_ports, check_rtmp_port
from webinar.serve.connections import Connections, connection_limit
from webinar.serve.first_run import FirstHost, is_migration_due, make_first_host, migrate
from webinar.serve.parts import ALL, BEAT, MEDIA, PAGES, SOCKETS, WORKER, Parts, check_parts
from webinar.serve.roll_call import RollCall
from webinar.serve.routing import only
from webinar.serve.server import WEBHOOK_PATH, QuietServer, inside_config, outside_config

logger = structlog.get_logger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MEDIA_SECONDS = 20.0  # LiveKit's time to answer at start
ENGINE_SECONDS = 15.0  # for recorders to finish their files
INSIDE_CONNECTIONS = 64  # from LiveKit, on loopback


def run(parts: Parts = ALL) -> None:
    """Run these parts of the product until a signal asks to stop. Raises CannotStart before anything has been started.

    The whole product in one process makes its database and its first host itself. A process with some of the parts
    shares PostgreSQL, Redis and DATA_DIR (keys, files) with others, and begins once there is something to share.
    """
    check_parts(parts)
    if parts == ALL:
        lock = DataDirLock(settings.DATA_DIR)
        lock.take()
        try:
            _be(_whole())
        finally:
            lock.release()
        return
    if is_migration_due():
        raise CannotStart(
            _("The database is not at this version. Run `manage.py migrate`, or start the whole product first.")
        )
    listener, binary = _claimed(parts)
    _be(Product(parts, listener, binary=binary))


def _claimed(parts: Parts) -> tuple[socket.socket, str | None]:
    """The port of this process, and LiveKit's program if it runs one. Raises CannotStart where a port is taken."""
    has_media = MEDIA in parts
    binary = find_binary() if has_media and settings.LIVEKIT_EMBEDDED else None
    listener = bind_port()
    if binary is not None:
        check_media_ports(Ports.from_settings())
    if has_media and settings.MEDIA_SUPERVISOR and takes_encoders():
        check_rtmp_port()
    return listener, binary


def _whole() -> "Product":
    """All parts, on a migrated database with a host."""
    listener, binary = _claimed(ALL)
    if migrate():
        logger.info("The database was migrated to this version")
    return Product(ALL, listener, binary=binary, first_host=make_first_host())


def _be(product: "Product") -> None:
    connections.close_all()
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


class Product:
    """The parts of one process."""

    def __init__(
        self,
        parts: Parts,
        listener: socket.socket,
        *,
        binary: str | None = None,
        first_host: FirstHost | None = None,
    ) -> None:
        self.parts = parts
        self.listener = listener
        self.first_host = first_host
        self.worker = Worker() if WORKER in parts else None
        self.beat = Beat() if BEAT in parts else None
        self.roll_call = RollCall(parts)
        self.stopping = asyncio.Event()
        self.supervisor = make_supervisor() if MEDIA in parts and settings.MEDIA_SUPERVISOR else None
        # LiveKit tells us what happens over plain HTTP on loopback, whatever BIND, TLS_CERT and proxies do outside.
        self.inside = socket.create_server(("127.0.0.1", 0)) if binary else None
        self.livekit = self._livekit(binary) if binary else None
        most = connection_limit()
        outside = outside_config(only(application, parts))
        self.servers = [QuietServer(outside, Connections(most, settings.CONNECTIONS_PER_ADDRESS))]
        if self.inside is not None:
            inside = Connections(INSIDE_CONNECTIONS, INSIDE_CONNECTIONS)
            self.servers.append(QuietServer(inside_config(application), inside))

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
        if self.worker is not None:
            self.worker.start()
        if self.beat is not None:
            self.beat.start()
        if self.supervisor is not None:
            self.supervisor.start()
        self.roll_call.start()
        if self.parts != (BEAT,):  # beat changes nothing that anybody must hear of
            start_drainer()
            start_recounts()
        if {PAGES, SOCKETS} & set(self.parts):
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
        elif settings.LIVEKIT_EMBEDDED and self.livekit is None and MEDIA in self.parts:
            media = _(
                "LiveKit is missing, so video is off; everything else works. `make setup` builds it, or put "
                "livekit-server on PATH or into LIVEKIT_BINARY, or name a running server with LIVEKIT_URL."
            )
        text = announcement(parts=self.parts, first_host=self.first_host, media=media)
        print(text, file=sys.stdout, flush=True)  # noqa: T201

    async def _stop(self, serving: list[asyncio.Task[None]]) -> None:
        """Stop sockets first (1012, clients reconnect by themselves), then beat and worker, engines, then LiveKit."""
        loop = asyncio.get_running_loop()
        await close_sockets()
        for server in self.servers:
            server.leave()
        for ended in await asyncio.gather(*serving, return_exceptions=True):
            if isinstance(ended, BaseException):
                logger.error("A server ended with an error", exc_info=ended)
        for part in (self.beat, self.worker):
            if part is not None:
                await loop.run_in_executor(None, part.stop)
        if self.supervisor is not None:
            await loop.run_in_executor(None, self.supervisor.stop, ENGINE_SECONDS)
        await loop.run_in_executor(None, self.roll_call.stop)
        await loop.run_in_executor(None, stop_presence)
        await loop.run_in_executor(None, stop_recounts)
        await loop.run_in_executor(None, stop_drainer)
        await loop.run_in_executor(None, release_all)
        await loop.run_in_executor(None, get_broker().close)
        if self.livekit is not None:
            await loop.run_in_executor(None, self.livekit.stop)
        await loop.run_in_executor(None, close_livekit_calls)
        await loop.run_in_executor(None, application.pool.close)
