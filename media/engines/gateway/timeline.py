"""One clock for several connections whose own clocks may start anywhere, jump, stand still or be handed on late."""

WRAP = 1 << 32  # RTMP's timestamps are milliseconds in 32 bits
FARTHEST = 5000  # milliseconds that the next timestamp may differ from the newest before it counts as another clock
BACK = 250  # milliseconds that a clock of one kind of media may go back before it counts as another clock
BEHIND, NEAR = 2000, 300  # milliseconds of delay at which a stream is behind, and at which it has caught up again
CATCH_UP_SECONDS = 1.0  # within which a stream that is behind comes nearer …
NEARER = 300  # … by milliseconds; else it stays behind, because its clock stood still


class Timeline:
    """Maps a publisher's timestamps to milliseconds since the beginning that advance steadily, and never go back.

    Video and sound share it, so that they stay in step. After ``restart`` (another connection), and whenever the
    publisher's clock jumps, the next timestamp is mapped to the present moment. After a stall a relay hands on at once
    what it has kept: this keeps its own times, in the past, and meanwhile ``is_behind``. Where nothing was kept, so
    that all stays late, the timeline jumps forward to the present.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self._offset: int | None = None
        self._newest = -1  # position of all that was placed
        self._last: dict[bool, int] = {}  # by kind: positions
        self._behind_since: float | None = None
        self._delay = 0  # then

    @property
    def is_behind(self) -> bool:
        """Whether what comes now is late, as after a stall, and is expected to catch up."""
        return self._behind_since is not None

    def present(self, now: float) -> int:
        """The position of the present moment."""
        return round((now - (now if self._began is None else self._began)) * 1000)

    def restart(self) -> None:
        """The next timestamp comes from another clock."""
        self._offset = None

    def place(self, timestamp: int, now: float, *, is_video: bool) -> int:
        """The position of ``timestamp`` (0 … 2³²−1), after the last one of its kind; ``now``: of a monotonic clock, in
        seconds.
        """
        if self._began is None:
            self._began = now
        elapsed = self.present(now)
        if self._offset is None:
            self._lay(timestamp, elapsed)
        assert self._offset is not None
        if timestamp + self._offset < self._newest - WRAP // 2:  # the publisher's clock passed 2³²
            self._offset += WRAP
        placed = timestamp + self._offset
        last = self._last.get(is_video, -1)
        if self._newest >= 0 and (abs(placed - self._newest) > FARTHEST or placed < last - BACK):
            placed = self._lay(timestamp, elapsed)
        elif placed > elapsed + FARTHEST:  # runs ahead: slowly on until real time has come that far
            placed = self._lay(timestamp, 0)
        elif self._stays_behind(elapsed - max(placed, self._newest), now):
            placed = self._lay(timestamp, elapsed)
        placed = max(placed, last + 1)
        self._last[is_video] = placed
        self._newest = max(self._newest, placed)
        return placed

    def _lay(self, timestamp: int, elapsed: int) -> int:
        """Map this timestamp to the present, or right after all that was placed already."""
        placed = max(elapsed, self._newest + 1)
        self._offset = placed - timestamp
        self._behind_since = None
        return placed

    def _stays_behind(self, delay: int, now: float) -> bool:
        if self._behind_since is None:
            if delay > BEHIND:
                self._behind_since, self._delay = now, delay
            return False
        if delay <= NEAR:
            self._behind_since = None
            return False
        if now - self._behind_since <= CATCH_UP_SECONDS:
            return False
        comes_nearer = self._delay - delay >= NEARER
        self._behind_since, self._delay = now, delay
        return not comes_nearer
