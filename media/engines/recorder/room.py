"""Stays in the room: after a lost connection it connects again, each time with a new token."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any

from livekit import rtc

from media.engines.recorder.cast import Cast
from media.engines.recorder.configuration import Configuration
from media.engines.recorder.visit import Visit

CONNECT_SECONDS = 10.0
RECONNECT_SECONDS = 4.0  # seconds that the SDK gets to restore a connection; then we make a new one, which is quicker
LEAVE_SECONDS = 3.0
TOKEN_SECONDS = 5.0  # seconds until a missing token is asked for again
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0
ROOM_FOR_LATE_PICTURES = 60_000  # microseconds of the delay that lip sync reserves for frames in transit
TOKEN = re.compile(r"\beyJ[\w-]{8,}+(?:\.[\w-]*+)*+")


class Room:
    """The connection, as long as :meth:`run` runs."""

    def __init__(self, configuration: Configuration, cast: Cast, emit: Callable[..., None], *, start: int) -> None:
        self._configuration, self._cast, self._emit, self._start = configuration, cast, emit, start
        self._tokens: asyncio.Queue[str] = asyncio.Queue()
        self._tokens.put_nowait(configuration.livekit.token)
        self.visit: Visit | None = None  # while connected

    def give_token(self, token: str) -> None:
        """The answer to ``token_wanted``."""
        self._tokens.put_nowait(token)

    async def run(self, heights: Callable[[], dict[str, int]]) -> None:
        """Stay in the room until cancelled. ``heights``: of cells by sid."""
        pause, reason = FIRST_PAUSE, "start"
        while True:
            token = await self._token(reason)
            visit = Visit(
                self._cast,
                frozenset(self._configuration.hosts),
                start=self._start,
                latest=self._configuration.delay_ms * 1000 - ROOM_FOR_LATE_PICTURES,
            )
            try:
                reason = await self._stay(visit, token, heights)
                pause = FIRST_PAUSE
            except (rtc.ConnectError, TimeoutError, OSError) as error:
                reason = conceal(f"{type(error).__name__}: {error}")
                self._emit("log", level="warning", message="The media room could not be reached.", reason=reason)
            finally:
                self.visit = None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LEAVE_SECONDS):
                        await visit.leave()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _token(self, reason: str) -> str:
        """The newest token; asks for one if there is none."""
        while self._tokens.qsize() > 1:
            self._tokens.get_nowait()
        while self._tokens.empty():
            self._emit("token_wanted", reason=reason)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TOKEN_SECONDS):
                    return await self._tokens.get()
        return self._tokens.get_nowait()

    async def _stay(self, visit: Visit, token: str, heights: Callable[[], dict[str, int]]) -> str:
        """Connect and stay until the connection is lost; returns why. Raises ConnectError, TimeoutError."""
        lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        mending: asyncio.TimerHandle | None = None

        def lose(reason: str) -> None:
            if not lost.done():
                lost.set_result(reason)

        def reconnecting() -> None:
            nonlocal mending
            if mending is None:
                self._emit("disconnected", reason="reconnecting")
                mending = asyncio.get_running_loop().call_later(RECONNECT_SECONDS, lose, "not mended in time")

        def reconnected() -> None:
            nonlocal mending
            if mending is not None:
                mending.cancel()
                mending = None
                self._emit("connected")

        visit.room.on("disconnected", lambda reason: lose(rtc.DisconnectReason.Name(reason).lower()))
        visit.room.on("reconnecting", reconnecting)
        visit.room.on("reconnected", reconnected)
        options = rtc.RoomOptions(auto_subscribe=True, connect_timeout=CONNECT_SECONDS)
        async with asyncio.timeout(CONNECT_SECONDS * 2):
            await visit.room.connect(self._configuration.livekit.url, token, options)
        self.visit = visit
        self._emit("connected")
        watching = asyncio.create_task(visit.watch(heights))
        try:
            reason = await lost
        finally:
            watching.cancel()
            if mending is not None:
                mending.cancel()
        if mending is None:
            self._emit("disconnected", reason=reason)
        return reason


def conceal(text: str) -> str:
    """The text with tokens (JWT) redacted: error messages of the SDK may contain the address with them."""
    return TOKEN.sub("…", text)


def describe(cast: Cast, visit: Visit | None, fps: dict[str, float]) -> list[dict[str, Any]]:
    """The sources for a health event; ``fps`` by sid."""
    described = []
    for feed in cast.feeds():
        picture = feed.pictures.current
        described.append(
            {
                "identity": feed.identity,
                "is_screen": feed.is_screen,
                "width": picture.width if picture else 0,
                "height": picture.height if picture else 0,
                "fps": round(fps.get(feed.sid, 0.0), 1),
                "has_audio": bool(visit and visit.has_audio(feed.identity)),
            }
        )
    return described
