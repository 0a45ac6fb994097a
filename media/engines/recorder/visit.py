"""One connection to the room: receives what is published until it is lost."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from livekit import rtc
from livekit.rtc._ffi_client import FfiClient
from livekit.rtc._proto import ffi_pb2, video_frame_pb2

from media.engines.recorder.cast import Cast, Feed
from media.engines.recorder.configuration import SAMPLE_RATE
from media.engines.recorder.lipsync import Buffer, LipSync
from media.engines.recorder.sources import Picture, Sound

logger = logging.getLogger(__name__)

SDK_QUEUE = 8  # frames that the SDK buffers while this process is busy
PICTURES_READ = 30
STATISTICS_SECONDS = 1.0
SCREENS = (rtc.TrackSource.SOURCE_SCREENSHARE, rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO)


class PictureStream(rtc.VideoStream):
    """The SDK's stream with a longer queue: its own keeps a single frame and drops the rest.

    Version 1.2.1 has no public option for it, only the field of the request.
    """

    def _create_owned_stream(self) -> Any:
        assert self._track is not None
        assert self._format is not None
        request = ffi_pb2.FfiRequest()
        wanted = request.new_video_stream
        wanted.track_handle = self._track._ffi_handle.handle
        wanted.type = video_frame_pb2.VideoStreamType.VIDEO_STREAM_NATIVE
        wanted.format = self._format
        wanted.normalize_stride = True
        wanted.queue_size_frames = SDK_QUEUE
        return FfiClient.instance.request(request).new_video_stream.stream


@dataclass(eq=False, slots=True)
class _Track:
    """A subscribed track and the task that reads it."""

    identity: str
    is_screen: bool
    track: Any
    publication: Any
    stream: Any
    reading: asyncio.Task[None]
    feed: Feed | None = None
    sound: Sound | None = None
    quality: int | None = None


class Visit:
    """Fills the cast from one connection; :meth:`leave` takes its feeds out again."""

    def __init__(self, cast: Cast, hosts: frozenset[str], *, start: int, latest: int) -> None:
        """``start``: the time of the sound's position 0; ``latest``: see LipSync."""
        self.room = rtc.Room()
        self._cast, self._hosts = cast, hosts
        self._start, self._latest = start, latest
        self._tracks: dict[str, _Track] = {}
        self._syncs: dict[tuple[str, bool], LipSync] = {}
        self._closing: set[asyncio.Task[None]] = set()
        handlers: dict[Any, Callable[..., None]] = {
            "track_subscribed": self._subscribed,
            "track_unsubscribed": lambda track, publication, participant: self._drop(publication.sid),
            "track_muted": self._muted,
            "track_unmuted": self._unmuted,
            "participant_disconnected": self._gone,
            "participant_name_changed": self._renamed,
            "active_speakers_changed": self._spoken,
        }
        for event, handler in handlers.items():
            self.room.on(event, handler)

    async def leave(self) -> None:
        """Remove everything from the cast and disconnect."""
        for sid in list(self._tracks):
            self._drop(sid)
        self._cast.speakers = frozenset()
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self.room.disconnect()

    async def watch(self, heights: Callable[[], dict[str, int]]) -> None:
        """Correct lip sync and request frames no larger than needed; ``heights`` of cells by sid. Never returns."""
        while True:
            await asyncio.sleep(STATISTICS_SECONDS)
            self._choose_layers(heights())
            for identity, is_screen in {(each.identity, each.is_screen) for each in self._tracks.values()}:
                try:
                    async with asyncio.timeout(STATISTICS_SECONDS):
                        await self._synchronize(identity, is_screen)
                except (TimeoutError, RuntimeError) as error:
                    logger.info("No statistics of a track: %s", type(error).__name__)

    def has_audio(self, identity: str) -> bool:
        """Whether this person's microphone or screen sound is received."""
        return any(each.sound and each.identity == identity for each in self._tracks.values())

    def _subscribed(self, track: rtc.Track, publication: Any, participant: Any) -> None:
        self._drop(publication.sid)
        sid, identity = publication.sid, participant.identity
        is_screen = publication.source in SCREENS
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            feed = self._cast.add_feed(
                sid, identity, participant.name, is_screen=is_screen, is_host=identity in self._hosts, at=now()
            )
            if publication.muted:
                feed.pictures.mute()
            stream: Any = PictureStream.from_track(track=track, format=rtc.VideoBufferType.I420, capacity=PICTURES_READ)
            reading = asyncio.create_task(_read_pictures(stream, feed))
            self._tracks[sid] = _Track(identity, is_screen, track, publication, stream, reading, feed=feed)
        else:
            sound = Sound(self._start)
            self._cast.add_sound(sid, sound)
            if not is_screen:
                is_host = identity in self._hosts
                self._cast.add_voice(sid, identity, participant.name, is_host=is_host, at=now())
            stream = rtc.AudioStream.from_track(track=track, sample_rate=SAMPLE_RATE, num_channels=2)
            reading = asyncio.create_task(_read_sound(stream, sound))
            self._tracks[sid] = _Track(identity, is_screen, track, publication, stream, reading, sound=sound)
        self._syncs.pop((identity, is_screen), None)

    def _drop(self, sid: str) -> None:
        found = self._tracks.pop(sid, None)
        if found is None:
            return
        self._cast.remove(sid)
        if found.sound:
            found.sound.close()
        found.reading.cancel()
        closing = asyncio.create_task(found.stream.aclose())  # it does not end by itself
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _muted(self, participant: Any, publication: Any) -> None:
        found = self._tracks.get(publication.sid)
        if found and found.feed:
            found.feed.pictures.mute()

    def _unmuted(self, participant: Any, publication: Any) -> None:
        found = self._tracks.get(publication.sid)
        if found and found.feed:
            found.feed.pictures.unmute(now())

    def _gone(self, participant: Any) -> None:
        for sid in [sid for sid, each in self._tracks.items() if each.identity == participant.identity]:
            self._drop(sid)

    def _renamed(self, participant: Any, old: str, new: str) -> None:
        self._cast.rename(participant.identity, new)

    def _spoken(self, speakers: list[Any]) -> None:
        self._cast.speakers = frozenset(each.identity for each in speakers)

    def _choose_layers(self, heights: dict[str, int]) -> None:
        """Choose layers of simulcast cameras: decoding a large one for a small cell is the greatest cost here."""
        for sid, each in self._tracks.items():
            height = heights.get(sid)
            if height is None or not each.feed or not each.publication.simulcasted:
                continue
            wanted = quality_for(height)
            if wanted != each.quality:
                each.quality = wanted
                with contextlib.suppress(ValueError):  # it has just stopped sending several sizes
                    each.publication.set_video_quality(wanted)

    async def _synchronize(self, identity: str, is_screen: bool) -> None:
        """Measure one person's camera against their microphone, or screen against its sound."""
        own = [each for each in self._tracks.values() if (each.identity, each.is_screen) == (identity, is_screen)]
        picture = next((each for each in own if each.feed), None)
        sound = next((each for each in own if each.sound), None)
        if picture is None or sound is None or picture.feed is None:
            return
        video, audio = await _buffer(picture.track.get_stats), await _buffer(sound.track.get_stats)
        if video and audio:
            sync = self._syncs.setdefault((identity, is_screen), LipSync(self._latest))
            picture.feed.pictures.shift = sync.update(video, audio)


def quality_for(height: int) -> int:
    """The layer for a cell of this height; publishers send quarters and halves of 720 or 1080 lines."""
    if height <= 200:
        return int(rtc.VideoQuality.VIDEO_QUALITY_LOW)
    if height <= 380:
        return int(rtc.VideoQuality.VIDEO_QUALITY_MEDIUM)
    return int(rtc.VideoQuality.VIDEO_QUALITY_HIGH)


def now() -> int:
    """Microseconds on the SDK's clock for frames."""
    return time.monotonic_ns() // 1000


async def _read_pictures(stream: PictureStream, feed: Feed) -> None:
    async for event in stream:
        frame = event.frame
        turns = int(event.rotation)  # type: ignore[call-overload]  # an enum's number
        feed.pictures.put(Picture(event.timestamp_us, frame.width, frame.height, frame.data, turns))


async def _read_sound(stream: rtc.AudioStream, sound: Sound) -> None:
    async for event in stream:
        frame = event.frame
        sound.put(np.frombuffer(frame.data, np.int16).reshape(-1, frame.num_channels), now())


async def _buffer(statistics: Callable[[], Awaitable[list[Any]]]) -> Buffer | None:
    """The jitter buffer of a track."""
    for each in await statistics():
        if each.WhichOneof("stats") == "inbound_rtp":
            inbound = each.inbound_rtp.inbound
            return Buffer(inbound.jitter_buffer_delay, inbound.jitter_buffer_emitted_count)
    return None
