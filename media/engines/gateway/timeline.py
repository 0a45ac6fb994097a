"""One clock for several connections whose own clocks may start anywhere and jump."""

WRAP = 1 << 32  # RTMP's timestamps are milliseconds in 32 bits
FARTHEST = 5000  # milliseconds that a publisher's clock may differ from ours before it counts as a new one


class Timeline:
    """Maps a publisher's timestamps to milliseconds since the beginning that advance steadily in real time.

    Video and sound share it, so that they stay in step. After ``restart`` (another connection), and whenever the
    publisher's clock jumps, the next timestamp is mapped to the present moment.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self._offset: int | None = None

    def restart(self) -> None:
        """The next timestamp comes from another clock."""
        self._offset = None

    def place(self, timestamp: int, now: float) -> int:
        """The position of ``timestamp`` (0 … 2³²−1); ``now`` is of a monotonic clock, in seconds."""
        if self._began is None:
            self._began = now
        elapsed = round((now - self._began) * 1000)
        if self._offset is None:
            self._offset = elapsed - timestamp
        placed = timestamp + self._offset
        if placed < elapsed - WRAP // 2:  # the publisher's clock passed 2³²
            self._offset += WRAP
            placed += WRAP
        if abs(placed - elapsed) > FARTHEST:
            self._offset = elapsed - timestamp
            placed = elapsed
        return placed
