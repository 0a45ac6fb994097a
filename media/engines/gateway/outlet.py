"""Keeps one stream connected to the media server, which may restart while the publisher goes on."""

import asyncio
import time
from collections.abc import Callable

import aiohttp
import av

from media.engines.gateway.whip import WhipConnection, WhipFailed

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
ASK_AGAIN_SECONDS = 10.0


class Outlet:
    """Sends to the media server while it is connected, and drops media while it is not.

    ``emit(event, **fields)`` is given ``whip_connected``, ``whip_lost`` and ``token_wanted``.
    """

    def __init__(self, http: aiohttp.ClientSession, emit: Callable[..., None]) -> None:
        self._http = http
        self._emit = emit
        self._connection: WhipConnection | None = None
        self._address: tuple[str, str] | None = None
        self._renewed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._has_video = False
        self._late = 0

    @property
    def is_connected(self) -> bool:
        """Whether media sent now arrives."""
        return self._connection is not None

    @property
    def late(self) -> int:
        """Packets dropped because the connection to the media server was too slow."""
        return self._late + (self._connection.late if self._connection else 0)

    def renew(self, url: str, token: str) -> None:
        """Use this address and token from the next connection on."""
        self._address = (url, token)
        self._renewed.set()

    def start(self, *, with_video: bool) -> None:
        """Start connecting, once; again if video comes to a stream that was published without it."""
        is_new, self._has_video = with_video and not self._has_video, self._has_video or with_video
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        elif is_new and self._connection is not None:
            self._connection.lost.set()

    def send_video(self, data: bytes, milliseconds: int, *, is_key: bool) -> None:
        """Send one picture in Annex B."""
        if self._connection is not None:
            self._connection.send_video(data, milliseconds, is_key=is_key)

    def send_audio(self, packet: av.Packet) -> None:
        """Send 20 ms of Opus."""
        if self._connection is not None:
            self._connection.send_audio(packet)

    async def check(self, now: float) -> None:
        """Check that the media server still receives."""
        if self._connection is not None:
            await self._connection.check(now)

    async def close(self) -> None:
        """Disconnect from the media server for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            reason = await self._connect_once()
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self._ask(reason)

    async def _connect_once(self) -> str:
        """Connect and stay until the connection is lost; returns why."""
        connection = WhipConnection(self._http)
        self._renewed.clear()
        try:
            assert self._address is not None
            with_video = self._has_video
            await connection.open(*self._address, with_video=with_video)
            if with_video != self._has_video:  # it has come meanwhile
                return "Video has come."
            self._connection = connection
            self._emit("whip_connected")
            await connection.lost.wait()
        except WhipFailed as failed:
            return str(failed)
        finally:
            if self._connection is not None:
                self._late += connection.late
                self._connection = None
            await connection.close()
        self._emit("whip_lost")
        return "The connection was lost."

    async def _ask(self, reason: str) -> None:
        """Ask for a new token until one comes: the old one may have expired."""
        while not self._renewed.is_set():
            self._emit("token_wanted", reason=reason)
            try:
                async with asyncio.timeout(ASK_AGAIN_SECONDS):
                    await self._renewed.wait()
            except TimeoutError:
                continue
