"""Measures a stream: figures of the last seconds, and warnings for what viewers will notice."""

import time
from collections import deque
from dataclasses import dataclass, field

LONGEST_KEYFRAME_INTERVAL = 2.5  # seconds: viewers who join wait for the next key frame
FEWEST_BITS_PER_PIXEL = 0.02  # below it the video looks blocky: about 550 kbit/s at 720p30
LOW_BITRATE_PERIODS = 5
HIGH_BITRATE = 0.9  # of the allowed one, over a minute or as much of it as there was
FEWEST_PERIODS, MINUTE_PERIODS = 10, 30
NO_AUDIO_SECONDS = 5.0
NO_VIDEO_SECONDS = 2.0  # reports come every two seconds, and the host is to read of it within five


@dataclass(slots=True)
class _Period:
    """Counted since the last report."""

    began: float
    cpu_began: float
    video_bytes: int = 0
    audio_bytes: int = 0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured over the last period; ``cpu`` is the whole gateway's share of one core."""

    video_kbps: float
    audio_kbps: float
    fps: float
    keyframe_interval: float | None
    cpu: float


@dataclass(slots=True)
class Meter:
    """Counts what a publisher sends. Times are monotonic seconds; ``last_packet_at`` is Unix time."""

    max_kbps: int = 0  # that the server takes; 0: any
    width: int = 0
    height: int = 0
    has_b_frames: bool = False
    unsupported_audio: str = ""
    reencoding_reason: str = ""
    last_packet_at: float | None = None
    last_media: float = field(default_factory=time.monotonic)
    _period: _Period = field(default_factory=lambda: _Period(time.monotonic(), time.process_time()))
    _attached: float = field(default_factory=time.monotonic)
    _last_audio: float | None = None
    _last_video: float | None = None
    _last_key: int | None = None
    _interval: float | None = None
    _newest: int = 0
    _video_kbps: deque[float] = field(default_factory=lambda: deque(maxlen=LOW_BITRATE_PERIODS))
    _kbps: deque[float] = field(default_factory=lambda: deque(maxlen=MINUTE_PERIODS))
    _warned: set[str] = field(default_factory=set)

    def restart(self, now: float) -> None:
        """Another connection begins: reset what counts against the former one."""
        self._attached = self.last_media = now
        self._period = _Period(now, time.process_time())
        self._last_audio = self._last_video = self._last_key = self._interval = None
        self._video_kbps.clear()
        self._kbps.clear()
        self.has_b_frames, self.unsupported_audio, self.reencoding_reason = False, "", ""

    def video(self, size: int, milliseconds: int, now: float, *, is_key: bool) -> None:
        """Count one frame of ``size`` bytes, decoded at ``milliseconds`` of the timeline."""
        self._received(now)
        self._period.video_bytes += size
        self._period.frames += 1
        self._last_video = now
        self._newest = milliseconds
        if is_key:
            if self._last_key is not None:
                self._interval = (milliseconds - self._last_key) / 1000
            self._last_key = milliseconds

    def audio(self, size: int, now: float) -> None:
        """Count one frame of sound."""
        self._received(now)
        self._period.audio_bytes += size
        self._last_audio = now

    def _received(self, now: float) -> None:
        self.last_media, self.last_packet_at = now, time.time()

    def has_audio(self, now: float) -> bool:
        """Whether sound arrived lately."""
        return self._last_audio is not None and now - self._last_audio < NO_AUDIO_SECONDS

    def has_video(self, now: float) -> bool:
        """Whether pictures arrived lately."""
        return self._last_video is not None and now - self._last_video < NO_VIDEO_SECONDS

    @property
    def keyframe_interval(self) -> float | None:
        """Seconds between the last two key frames, or since the last one if that is longer."""
        if self._last_key is None:
            return None
        running = (self._newest - self._last_key) / 1000
        if self._interval is None:
            return round(running, 2) if running > LONGEST_KEYFRAME_INTERVAL else None
        return round(max(self._interval, running), 2)

    def measure(self, now: float) -> Figures:
        """The figures since the last call."""
        period, cpu = self._period, time.process_time()
        seconds = max(now - period.began, 0.001)
        self._period = _Period(now, cpu)
        figures = Figures(
            video_kbps=round(period.video_bytes * 8 / 1000 / seconds, 1),
            audio_kbps=round(period.audio_bytes * 8 / 1000 / seconds, 1),
            fps=round(period.frames / seconds, 1),
            keyframe_interval=self.keyframe_interval,
            cpu=round((cpu - period.cpu_began) / seconds, 3),
        )
        self._video_kbps.append(figures.video_kbps)
        self._kbps.append(figures.video_kbps + figures.audio_kbps)
        return figures

    def warnings(self, figures: Figures, now: float) -> dict[str, dict[str, object]]:
        """The present warnings: codes, with the figures that belong to each."""
        found: dict[str, dict[str, object]] = {}
        if self.has_b_frames:
            found["b_frames"] = {}
        if self.reencoding_reason:
            found["reencoding"] = {"reason": self.reencoding_reason}
        if figures.keyframe_interval is not None and figures.keyframe_interval > LONGEST_KEYFRAME_INTERVAL:
            found["keyframe_interval"] = {"seconds": figures.keyframe_interval}
        if self.unsupported_audio:
            found["unsupported_codec"] = {"kind": "audio", "codec": self.unsupported_audio}
        elif not self.has_audio(now) and now - self._attached > NO_AUDIO_SECONDS:
            found["no_audio"] = {}
        if not self.has_video(now) and now - self._attached > NO_VIDEO_SECONDS:
            found["no_video"] = {}
        return found | self._rate_warnings(figures)

    def _rate_warnings(self, figures: Figures) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        if len(self._video_kbps) == LOW_BITRATE_PERIODS and figures.fps:
            average = sum(self._video_kbps) / LOW_BITRATE_PERIODS
            if average * 1000 < FEWEST_BITS_PER_PIXEL * self.width * self.height * figures.fps:
                found["low_bitrate"] = {"video_kbps": round(average, 1)}
        if self.max_kbps and len(self._kbps) >= FEWEST_PERIODS:
            average = sum(self._kbps) / len(self._kbps)
            if average > HIGH_BITRATE * self.max_kbps:
                found["high_bitrate"] = {"kbps": round(average), "max_kbps": self.max_kbps}
        return found

    def new_warnings(self, present: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
        """The present warnings that are new since the last call."""
        new = {code: details for code, details in present.items() if code not in self._warned}
        self._warned = set(present)
        return new
