"""Converts what one publisher sends into what the media server accepts."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import av

from media.engines.gateway import flv
from media.engines.gateway.backlog import Backlog, LateFrame
from media.engines.gateway.configuration import Reencode
from media.engines.gateway.errors import ProtocolError, UnsupportedCodec
from media.engines.gateway.h264 import ANNOUNCED_SIZE, AvcConfiguration, read_configuration, renewed, split_units
from media.engines.gateway.health import Meter
from media.engines.gateway.opus import OpusTranscoder
from media.engines.gateway.outlet import Outlet
from media.engines.gateway.reencoding import EncodedPicture, Reencoder
from media.engines.gateway.session import Audio, Metadata, Video
from media.engines.gateway.timeline import Timeline

PASSTHROUGH, REENCODE = "passthrough", "reencode"
DESCRIBE_AFTER = 1000  # milliseconds of media after which a stream with only one kind is described without the other
LONGEST_HOLD = 700  # milliseconds that sound waits for its frame during re-encoding
MOST_BAD_SOUND = 50  # frames in a row that are not AAC
UNREADABLE_SOUND = "sound that is not AAC"
QUICK_MOTION_SECONDS = 1.0  # after which late frames are shown although more of them follow
UNREADABLE_SECONDS = 5.0  # of video that cannot be read, until that is an error
NO_CONFIGURATION = "The video comes without an H.264 configuration."
FASTEST = 240  # frames a second; higher values are taken for an encoder's mistake


class Conversion:
    """Passes H.264 through, or re-encodes it if it must, and transcodes AAC to Opus.

    ``describe(video, audio, mode)`` is called once it is known what the publisher sends, and again when the mode
    changes. Methods that take media raise ProtocolError and UnsupportedCodec.
    """

    def __init__(
        self,
        *,
        timeline: Timeline,
        outlet: Outlet,
        meter: Meter,
        reencode: Reencode,
        describe: Callable[[dict[str, Any] | None, dict[str, Any] | None, str], None],
    ) -> None:
        self.mode = PASSTHROUGH
        self._timeline = timeline
        self._outlet = outlet
        self._meter = meter
        self._settings = reencode
        self._describe = describe
        self._loop = asyncio.get_running_loop()
        self._configuration: AvcConfiguration | None = None
        self._reencoder: Reencoder | None = None
        self._transcoder: OpusTranscoder | None = None
        self._sound: bytes | None = None
        self._held: deque[tuple[int, av.Packet]] = deque()
        self._bad_sound = 0
        self._unreadable_since: float | None = None
        self._fault = ""  # what could not be read
        self._backlog = Backlog()
        self._shown_backlog_at: float | None = None
        self._last_time = self._last_sent = -1  # of what is sent, decoded and as it was encoded anew
        self._last_shown = -1
        self._first: int | None = None
        self._is_described = False
        self._fps: float | None = None
        self._encoder = ""

    @property
    def late(self) -> int:
        """Frames dropped because the machine is too slow."""
        return self._backlog.lost + (self._reencoder.late if self._reencoder else 0)

    def metadata(self, message: Metadata) -> None:
        """The encoder's metadata."""
        fps, encoder = message.values.get("framerate"), message.values.get("encoder")
        if isinstance(fps, float) and 0 < fps <= FASTEST:
            self._fps = round(fps, 2)
        if isinstance(encoder, str):
            self._encoder = encoder[:100]

    def video(self, message: Video) -> None:
        """Handle one video message. What cannot be read is left out; if that goes on, it is an error."""
        try:
            tag = flv.read_video(message.body)
            if tag is None or tag.kind is flv.Kind.END:
                return
            if tag.kind is flv.Kind.CONFIGURATION:  # its timestamp is always 0
                if tag.data:
                    self._configure(read_configuration(tag.data))
                return
            length_size = self._configuration.length_size if self._configuration else ANNOUNCED_SIZE
            units = split_units(tag.data, length_size)
            if configuration := renewed(self._configuration, units):
                self._configure(configuration)
        except ProtocolError as error:
            self._left_out(str(error))
            return
        if self._configuration is None:
            if units:
                self._left_out(self._fault or NO_CONFIGURATION)
            return
        if units:
            self._unreadable_since = None
            self._frame(message, tag, units)

    def _frame(self, message: Video, tag: flv.VideoTag, units: list[bytes]) -> None:
        now = time.monotonic()
        placed = self._timeline.place(message.timestamp, now, is_video=True)
        self._meter.video(len(message.body), placed, now, is_key=tag.is_key)
        self._look_for_b_frames(placed + tag.composition, tag.composition)
        self._described(placed)
        frame = LateFrame(tag.data, placed, placed + tag.composition, tag.is_key)
        if self._timeline.is_behind:
            self._backlog.keep(frame)
            self._show_backlog(now)
            return
        self._shown_backlog_at = None
        kept = self._backlog.release(placed, is_key=tag.is_key)
        if kept is None:
            return
        for late in kept:
            self._send(late)
        self._send(frame, units)

    def _show_backlog(self, now: float) -> None:
        """A relay that hands on slowly: meanwhile people see in quick motion where the stream is."""
        if self._shown_backlog_at is None:
            self._shown_backlog_at = now
        if now - self._shown_backlog_at >= QUICK_MOTION_SECONDS:
            self._shown_backlog_at = now
            for late in self._backlog.release(self._timeline.present(now), is_key=False) or ():
                self._send(late)

    def _send(self, frame: LateFrame, units: list[bytes] | None = None) -> None:
        assert self._configuration is not None
        time = self._last_time = max(frame.time, self._last_time + 1)
        if self._reencoder is not None:
            self._reencoder.put(frame.data, decode_time=time, show_time=frame.shown, is_key=frame.is_key)
            return
        if units is None:
            units = split_units(frame.data, self._configuration.length_size)
        if data := self._configuration.annex_b(units, is_key=frame.is_key):
            self._outlet.send_video(data, time, is_key=frame.is_key)

    def _left_out(self, fault: str) -> None:
        """Raises ProtocolError when nothing could be read for some seconds."""
        self._fault = fault
        now = self._meter.last_media = time.monotonic()
        if self._unreadable_since is None:
            self._unreadable_since = now
        if now - self._unreadable_since > UNREADABLE_SECONDS:
            raise ProtocolError(fault)

    def audio(self, message: Audio) -> None:
        """Handle one audio message. Sound that cannot be used is dropped with a warning: the video goes on."""
        try:
            tag = flv.read_audio(message.body)
        except UnsupportedCodec as unsupported:
            self._meter.unsupported_audio = unsupported.codec
            return
        except ProtocolError:
            return
        if tag.kind is flv.Kind.CONFIGURATION:
            if tag.data and tag.data != self._sound:
                self._sound, self._transcoder = tag.data, OpusTranscoder(tag.data)
            return
        if self._transcoder is None or not tag.data:
            return
        now = time.monotonic()
        placed = self._timeline.place(message.timestamp, now, is_video=False)
        if self._timeline.is_behind:
            self._meter.audio(len(message.body), now)
            return  # heard in time or not at all
        try:
            packets = list(self._transcoder.transcode(tag.data, placed))
            self._bad_sound = 0
        except (av.FFmpegError, ValueError):
            self._bad_sound += 1
            if self._bad_sound > MOST_BAD_SOUND:
                self._meter.unsupported_audio = UNREADABLE_SOUND
            return
        self._meter.unsupported_audio = ""
        self._meter.audio(len(message.body), now)
        self._described(placed)
        for packet in packets:
            self._send_sound(packet, placed)

    def close(self) -> None:
        """End the conversion: the connection is over."""
        if self._reencoder is not None:
            self._reencoder.close()
            self._reencoder = None
        self._held.clear()

    def _configure(self, configuration: AvcConfiguration) -> None:
        former, self._configuration = self._configuration, configuration
        if former is not None and configuration.parameter_sets == former.parameter_sets:
            return
        sequence = configuration.sequence
        self._meter.width, self._meter.height = sequence.width, sequence.height
        if former is not None and former.sequence != sequence:
            self._is_described = False
        self._last_shown = -1
        self._outlet.start(with_video=True)
        if self._reencoder is not None:
            self._reencoder.close()
            self._reencoder = None
            self._reencode(self._meter.reencoding_reason)
        elif not sequence.is_playable:
            self._reencode("profile")
        elif not sequence.is_square:
            self._reencode("aspect")

    def _look_for_b_frames(self, shown: int, composition: int) -> None:
        """B-frames (frames decoded before others that are shown earlier) make the stream unfit for WebRTC as it is."""
        assert self._configuration is not None
        is_reordered = shown <= self._last_shown or (composition and self._configuration.sequence.reordered != 0)
        self._last_shown = max(self._last_shown, shown)
        if is_reordered and composition and not self._meter.has_b_frames:
            self._meter.has_b_frames = True
            if self._reencoder is None:
                self._reencode("b_frames")

    def _reencode(self, reason: str) -> None:
        assert self._configuration is not None
        self.mode = REENCODE
        self._meter.reencoding_reason = reason
        self._is_described = False
        self._reencoder = Reencoder(
            self._configuration.raw,
            aspect=self._configuration.sequence.aspect,
            preset=self._settings.preset,
            max_kbps=self._settings.max_kbps,
            on_picture=self._hand_over,
        )

    def _hand_over(self, picture: EncodedPicture) -> None:
        """Pass from the worker's thread to the loop's, which may have ended by then."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._pictured, picture)

    def _pictured(self, picture: EncodedPicture) -> None:
        if self._reencoder is None or picture.time <= self._last_sent:  # one that was closed may finish late
            return
        self._last_sent = picture.time
        self._outlet.send_video(picture.data, picture.time, is_key=picture.is_key)
        self._release(picture.time)

    def _send_sound(self, packet: av.Packet, placed: int) -> None:
        """Send sound together with its frame: receivers assume that what is sent at one moment belongs together."""
        if self._reencoder is None:
            self._outlet.send_audio(packet)
            return
        self._held.append((placed, packet))
        self._release(placed - LONGEST_HOLD)

    def _release(self, until: int) -> None:
        while self._held and self._held[0][0] <= until:
            self._outlet.send_audio(self._held.popleft()[1])

    def _described(self, placed: int) -> None:
        """Describe what the publisher sends, once both kinds are known or one has been alone for a while."""
        if self._is_described:
            return
        if self._first is None:
            self._first = placed
        is_known = self._configuration is not None and self._transcoder is not None and self._transcoder.sample_rate
        if not is_known and placed - self._first < DESCRIBE_AFTER:
            return
        self._is_described = True
        self._outlet.start(with_video=self._configuration is not None)
        self._describe(self._video_facts(), self._audio_facts(), self.mode)

    def _video_facts(self) -> dict[str, Any] | None:
        if self._configuration is None:
            return None
        sequence = self._configuration.sequence
        facts = {"codec": "h264", "width": sequence.width, "height": sequence.height, "fps": self._fps}
        return facts | {"encoder": self._encoder}

    def _audio_facts(self) -> dict[str, Any] | None:
        if self._transcoder is None:
            return None
        return {"codec": "aac", "sample_rate": self._transcoder.sample_rate, "channels": self._transcoder.channels}
