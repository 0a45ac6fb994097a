"""Joins parts into one MP4 that plays from its first bytes on (faststart), without re-encoding.

Each part keeps its place on the capture's clock: while the recorder was down, the last frame stays and the sound is
silent, so that both stay in step with each other and with captions, which have the time of day.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from media.processing.errors import NOTHING_RECORDED, UNREADABLE, StepFailed
from media.processing.files import Progress, draft_of, ignore_progress
from media.processing.probing import BROKEN, open_input, video_of
from media.processing.silence import SilentPackets

PICTURE_CLOCK = 90_000
MOST_WAITING = 256  # blocks of sound, some seconds
CLOCK_SLACK = 0.1  # seconds that a part may begin before the end of the one before
WRITTEN = 0.9  # share of the progress when all packets are written; the rest is moving the index to the front


@dataclass(slots=True)
class _Track:
    """One stream of the result: ``end`` is where its last packet ends, in ticks of its clock."""

    stream: Any
    clock: int
    last: int = -1
    end: int = 0
    packets: int = 0


def join(values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Step ``join``: ``folder``, ``sources`` (as probed) → ``output``, its ``duration``, ``packets`` of pictures and
    sound, and ``started_at`` of its first picture (Unix seconds).
    """
    folder, output = Path(values["folder"]), Path(values["output"])
    sources = values["sources"]
    with draft_of(output) as draft:
        joined = _join(folder, sources, draft, lambda share: progress(share * WRITTEN))
    progress(1.0)
    return joined | {"output": str(output), "bytes": output.stat().st_size}


def _join(folder: Path, sources: list[dict[str, Any]], draft: Path, progress: Progress) -> dict[str, Any]:
    configurations = [_configuration(folder / source["file"]) for source in sources]
    with av.open(
        str(draft), "w", format="mp4", container_options={"movflags": "faststart", "avoid_negative_ts": "disabled"}
    ) as container:
        joiner = _Joiner(container, sets_in_band=len(set(configurations)) > 1)
        for index, source in enumerate(sources):
            joiner.add(folder / source["file"], source, partial(_share, progress, index, len(sources)))
        return joiner.finish()


def _share(progress: Progress, index: int, count: int, share: float) -> None:
    progress((index + share) / count)


def _configuration(path: Path) -> bytes:
    with open_input(path) as container:
        video = video_of(container)
        return bytes(video.codec_context.extradata or b"") if video is not None else b""


def _usable(packets: Iterator[Packet], video: VideoStream, end: float | None) -> Iterator[Packet]:
    """Whole packets that begin before ``end``."""
    for packet in packets:
        if packet.pts is None or not packet.size:
            continue
        is_over = end is not None and _time(packet) >= end
        if packet.is_corrupt or (is_over and packet.stream is video):
            return
        if not is_over:
            yield packet


def _time(packet: Packet) -> float:
    assert packet.pts is not None
    assert packet.time_base is not None
    return float(packet.pts * packet.time_base)


class _Joiner:
    def __init__(self, container: OutputContainer, *, sets_in_band: bool) -> None:
        self._container = container
        self._sets_in_band = sets_in_band
        self._pictures: _Track | None = None
        self._sound: _Track | None = None
        self._silence: SilentPackets | None = None
        self._progress: Progress = ignore_progress
        self._zero: float | None = None  # the capture's clock at the result's beginning
        self._started_at = 0.0

    def add(self, path: Path, source: dict[str, Any], progress: Progress) -> None:
        """Add a part from its ``begin`` to its ``end``; a truncated one as far as it goes."""
        self._progress = progress
        with open_input(path) as part:
            video = video_of(part)
            audio = part.streams.audio[0] if part.streams.audio else None
            if video is None:
                return
            self._open(video, audio)
            try:
                self._copy(part, video, audio if self._sound else None, source)
            except _CannotWrite as error:
                raise error.cause from None
            except BROKEN:
                if source["is_closed"]:
                    raise

    def finish(self) -> dict[str, Any]:
        """Finish; returns what was joined. Raises StepFailed if there was nothing."""
        pictures, sound = self._pictures, self._sound
        if pictures is None or not pictures.packets:
            raise StepFailed(NOTHING_RECORDED)
        if sound is not None:
            self._fill(sound, pictures.end * sound.clock // pictures.clock)
        return {
            "duration": round(pictures.end / pictures.clock, 6),
            "packets": {"video": pictures.packets, "audio": sound.packets if sound else 0},
            "started_at": round(self._started_at, 3),
        }

    def _open(self, video: VideoStream, audio: AudioStream | None) -> None:
        """Make streams like those of the first part."""
        if self._pictures is not None:
            return
        stream = self._container.add_stream_from_template(video)
        stream.time_base = Fraction(1, PICTURE_CLOCK)
        self._pictures = _Track(stream, PICTURE_CLOCK)
        if audio is not None:
            rate = audio.codec_context.sample_rate
            sound = self._container.add_stream_from_template(audio)
            sound.time_base = Fraction(1, rate)
            self._sound = _Track(sound, rate)
            self._silence = SilentPackets.like(audio)

    def _copy(self, part: Any, video: VideoStream, audio: AudioStream | None, source: dict[str, Any]) -> None:
        sets = parameter_sets(bytes(video.codec_context.extradata or b"")) if self._sets_in_band else b""
        if self._sets_in_band and not sets:
            raise StepFailed(UNREADABLE, f"{source['file']} is encoded differently, in an unsupported way.")
        streams = [stream for stream in (video, audio) if stream is not None]
        cut: float | None = None
        waiting: deque[Packet] = deque(maxlen=MOST_WAITING)  # sound that may come before the first frame
        for packet in self._watched(_usable(part.demux(*streams), video, source["end"]), part.size):
            is_picture = packet.stream is video
            if cut is None:
                if is_picture and packet.is_keyframe and _time(packet) >= source["begin"]:
                    cut = _time(packet) if source["begin"] > 0 else 0.0
                elif not is_picture:
                    waiting.append(packet)
            if cut is None:
                continue
            offset = self._offset(source, cut)
            for sound in [*waiting, *([] if is_picture else [packet])]:
                if _time(sound) >= cut:
                    self._write(self._sound, sound, offset)
            waiting.clear()
            if is_picture:
                self._write(self._pictures, packet, offset, before=sets if packet.is_keyframe else b"")

    def _watched(self, packets: Iterator[Packet], size: int) -> Iterator[Packet]:
        for packet in packets:
            if packet.pos is not None:
                self._progress(min(1.0, packet.pos / max(1, size)))
            yield packet

    def _offset(self, source: dict[str, Any], cut: float) -> float:
        """Seconds to add to a time in this part to get its time in the result. The first frame of all is at 0.

        Parts never go back in time, whatever the machine's clock did between them.
        """
        if self._zero is None:
            self._zero = source["media_start"] + cut
            self._started_at = source["started_at"] + cut
        if "offset" not in source:
            offset = source["media_start"] - self._zero
            assert self._pictures is not None
            earliest = self._pictures.end / PICTURE_CLOCK - cut if self._pictures.packets else offset
            source["offset"] = earliest if offset < earliest - CLOCK_SLACK else offset
        return float(source["offset"])

    def _write(self, track: _Track | None, packet: Packet, offset: float, *, before: bytes = b"") -> None:
        assert track is not None
        assert packet.pts is not None
        assert packet.dts is not None
        assert packet.time_base is not None
        scale = packet.time_base * track.clock
        shift = round(offset * track.clock)
        pts, dts = round(packet.pts * scale) + shift, round(packet.dts * scale) + shift
        duration = max(1, round((packet.duration or 0) * scale))
        if track is self._sound:
            if pts < 0 or pts + duration // 2 < track.end:
                return  # a duplicate: two parts have this block
            self._fill(track, pts)
        pts = max(pts, track.last + 1)
        dts = max(dts, track.last + 1)
        self._mux(track, self._with(packet, before), max(pts, dts), dts, duration)

    def _fill(self, track: _Track, until: int) -> None:
        """Fill with silence from the end of the sound to there."""
        if self._silence is None:
            return
        for packet in self._silence.between(track.end, until):
            self._mux(track, packet, track.end, track.end, self._silence.block)

    def _mux(self, track: _Track, packet: Packet, pts: int, dts: int, duration: int) -> None:
        packet.stream = track.stream
        packet.time_base = Fraction(1, track.clock)
        packet.pts, packet.dts, packet.duration = pts, dts, duration
        try:
            self._container.mux_one(packet)
        except BROKEN as error:
            raise _CannotWrite(error) from error
        track.last, track.end = dts, pts + duration
        track.packets += 1

    @staticmethod
    def _with(packet: Packet, before: bytes) -> Packet:
        """The frame with parameter sets before it."""
        if not before:
            return packet
        whole = Packet(before + bytes(packet))
        whole.is_keyframe = packet.is_keyframe
        return whole


class _CannotWrite(Exception):
    """An error in writing the result, not in reading a part."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def parameter_sets(configuration: bytes) -> bytes:
    """SPS and PPS of an avcC box, each with a length of four bytes before it, as in a frame's data.

    ISO/IEC 14496-15 §5.3.3.1. Empty if it is no such box, or if its frames have lengths of another size.
    """
    if len(configuration) < 7 or configuration[0] != 1 or configuration[4] & 3 != 3:
        return b""
    found, at = b"", 5
    for mask in (0x1F, 0xFF):
        if at >= len(configuration):
            return b""
        count, at = configuration[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(configuration[at : at + 2])
            unit = configuration[at + 2 : at + 2 + size]
            if len(unit) != size:
                return b""
            found += size.to_bytes(4) + unit
            at += 2 + size
    return found
