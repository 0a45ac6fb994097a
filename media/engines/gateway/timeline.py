"""One clock for what may come from several connections, whose own clocks begin anywhere and may jump."""

WRAP = 1 << 32  # RTMP's timestamps are milliseconds in 32 bits
FARTHEST = 5000  # milliseconds that a publisher's clock may be away from ours before it is taken for a new one


class Timeline:
    """Maps a publisher's timestamps to milliseconds since the beginning that go on steadily with real time.

    Sound and picture share it, so what was together stays together. After ``restart`` (another connection), and
    whenever the publisher's clock jumps, the next timestamp is laid on the present moment.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self._offset: int | None = None

    def restart(self) -> None:
        """The next timestamp comes from another clock."""
        self._offset = None

    def place(self, timestamp: int, now: float) -> int:
        """Where ``timestamp`` (0 … 2³²−1) lies; ``now`` is a monotonic clock's, in seconds."""
        if self._began is None:
            self._began = now
        elapsed = round((now - self._began) * 1000)
        if self._offset is None:
            self._offset = elapsed - timestamp
        placed = timestamp + self._offset
        if placed < elapsed - WRAP // 2:  # the publisher's clock went past 2³²
            self._offset += WRAP
            placed += WRAP
        if abs(placed - elapsed) > FARTHEST:
            self._offset = elapsed - timestamp
            placed = elapsed
        return placed
