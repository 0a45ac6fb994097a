"""One stream from its publisher to the media server, across reconnections of the publisher."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import aiohttp

from media.engines.gateway.configuration import Configuration
from media.engines.gateway.conversion import Conversion
from media.engines.gateway.errors import Refused
from media.engines.gateway.health import Meter
from media.engines.gateway.outlet import Outlet
from media.engines.gateway.session import Audio, Metadata, Video
from media.engines.gateway.timeline import Timeline

BUSY = "Another encoder already streams with this key. Stop the other encoder first."


class Publisher(Protocol):
    """A connection that publishes."""

    id: str

    def reject(self, code: str, description: str) -> None:
        """Tell the peer why, then close the connection."""


class Ingest:
    """``emit(event, **fields)`` is given what happens to it; ``on_end(ingest)`` is called once it is over for good."""

    def __init__(
        self,
        id: str,
        *,
        configuration: Configuration,
        http: aiohttp.ClientSession,
        emit: Callable[..., None],
        on_end: Callable[["Ingest"], None],
    ) -> None:
        self.id = id
        self.outlet = Outlet(http, self._emit)
        self._configuration = configuration
        self._emit_to_parent = emit
        self._on_end = on_end
        self._timeline = Timeline()
        self._meter = Meter(max_kbps=configuration.limits.max_kbps)
        self._publisher: Publisher | None = None
        self._conversion: Conversion | None = None
        self._was_published = False
        self._is_over = False
        self._waiting: asyncio.TimerHandle | None = None

    def _emit(self, event: str, **fields: Any) -> None:
        self._emit_to_parent(event, ingest=self.id, **fields)

    def attach(self, publisher: Publisher) -> None:
        """Take media from this connection from now on. Raises Refused while another one sends."""
        now = time.monotonic()
        if self._publisher is not None:
            if now - self._meter.last_media <= self._configuration.limits.takeover_seconds:
                raise Refused("NetStream.Publish.BadName", BUSY)
            former, self._publisher = self._publisher, None
            former.reject("NetStream.Publish.Failed", "Another encoder has taken over.")
            self._leave_connection()
            self._emit("interrupted", reason="superseded")
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._publisher = publisher
        self._timeline.restart()
        self._meter.restart(now)
        self._conversion = Conversion(
            timeline=self._timeline,
            outlet=self.outlet,
            meter=self._meter,
            reencode=self._configuration.reencode,
            describe=self._describe,
        )
        if self._was_published:
            self._emit("resumed", connection=publisher.id)
        self._was_published = True

    def detach(self, publisher: Publisher, reason: str, *, is_final: bool, detail: str = "") -> None:
        """The connection has ended; unless ``is_final``, its publisher has some time to come back.

        ``detail``: what was wrong with the stream.
        """
        if self._publisher is not publisher or self._is_over:
            return
        self._publisher = None
        self._leave_connection()
        if is_final:
            self.end(reason, detail)
            return
        self._emit("interrupted", reason=reason, detail=detail)
        seconds = self._configuration.limits.reconnect_seconds
        self._waiting = asyncio.get_running_loop().call_later(seconds, self.end, reason, detail)

    def drop(self, description: str) -> None:
        """Disconnect the publisher and end."""
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            publisher.reject("NetStream.Publish.Failed", description)
        self.end("dropped")

    def end(self, reason: str, detail: str = "") -> None:
        """End the stream. ``close`` disconnects from the media server."""
        if self._is_over:
            return
        self._is_over = True
        if self._waiting is not None:
            self._waiting.cancel()
        self._leave_connection()
        self._emit("ended", reason=reason, detail=detail)
        self._on_end(self)

    def _leave_connection(self) -> None:
        if self._conversion is not None:
            self._conversion.close()
            self._conversion = None

    def take(self, publisher: Publisher, message: Audio | Video | Metadata) -> None:
        """Handle media from the current publisher; ignore others. Raises ProtocolError, UnsupportedCodec."""
        if publisher is not self._publisher or self._conversion is None:
            return
        match message:
            case Audio():
                self._conversion.audio(message)
            case Video():
                self._conversion.video(message)
            case Metadata():
                self._conversion.metadata(message)

    def _describe(self, video: dict[str, Any] | None, audio: dict[str, Any] | None, mode: str) -> None:
        assert self._publisher is not None
        self._emit("publishing", connection=self._publisher.id, video=video, audio=audio, mode=mode)

    def warn(self, code: str, **details: Any) -> None:
        """Tell of something at once."""
        self._emit("warning", code=code, **details)

    async def report(self) -> None:
        """Report health and new warnings; check that the media server is still there."""
        now = time.monotonic()
        await self.outlet.check(now)
        meter, conversion = self._meter, self._conversion
        figures = meter.measure(now)
        present = meter.warnings(figures, now) if conversion is not None else {}
        for code, details in meter.new_warnings(present).items():
            self.warn(code, **details)
        self._emit(
            "health",
            video_kbps=figures.video_kbps,
            audio_kbps=figures.audio_kbps,
            fps=figures.fps,
            width=meter.width,
            height=meter.height,
            codec="h264" if meter.width else None,
            keyframe_interval=figures.keyframe_interval,
            has_b_frames=meter.has_b_frames,
            has_audio=meter.has_audio(now),
            last_packet_at=meter.last_packet_at,
            mode=conversion.mode if conversion is not None else None,
            cpu=figures.cpu,
            late=self.outlet.late + (conversion.late if conversion is not None else 0),
            is_publishing=conversion is not None,
            is_connected=self.outlet.is_connected,
            warnings=sorted(present),
        )

    async def close(self) -> None:
        """Disconnect from the media server."""
        await self.outlet.close()
