"""An engine's side of the pipe to its parent: JSON lines, commands on stdin and events on stdout."""

import asyncio
import contextlib
import json
import logging
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, BinaryIO

LONGEST_LINE = 1 << 20
READ_BYTES = 1 << 16
CLOSE_SECONDS = 2.0
MOST_UNREAD = 1 << 20  # bytes that the parent has not read; beyond this, health and logs are dropped
EXPENDABLE = frozenset({"health", "log"})


class _Written(asyncio.BaseProtocol):
    """Sets an event once everything is written, or nobody reads any more."""

    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()


class Pipe:
    """Both directions. ``open`` first."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self._stdin, self._stdout = stdin, stdout
        self._reader: asyncio.StreamReader
        self._transport: asyncio.WriteTransport
        self._closed = asyncio.Event()
        self._begun = bytearray()
        self._lines: deque[bytes] = deque()

    @classmethod
    async def open(cls, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> "Pipe":
        """Open the pipe over these files, which must be pipes or sockets; by default the process's own."""
        pipe = cls(stdin or sys.stdin.buffer, stdout or sys.stdout.buffer)
        loop = asyncio.get_running_loop()
        pipe._reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(pipe._reader), pipe._stdin)
        pipe._transport, _ = await loop.connect_write_pipe(lambda: _Written(pipe._closed), pipe._stdout)
        return pipe

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """The parent's objects until it closes the pipe. A line that is not an object is answered with a log event."""
        while (line := await self._next_line()) is not None:
            try:
                values = json.loads(line)
            except ValueError:
                values = None
            if isinstance(values, dict):
                yield values
            else:
                self.log("warning", "A line was not understood.")

    async def _next_line(self) -> bytes | None:
        """The next whole line; one that is too long is dropped. StreamReader's own limit would return its end as a
        line.
        """
        while not self._lines:
            data = await self._reader.read(READ_BYTES)
            if not data:
                return None
            *ends, rest = data.split(b"\n")
            for end in ends:
                if len(self._begun) + len(end) <= LONGEST_LINE:
                    self._lines.append(bytes(self._begun) + end)
                else:
                    self.log("warning", "A line was too long.")
                self._begun.clear()
            if len(self._begun) <= LONGEST_LINE:
                self._begun += rest
        return self._lines.popleft()

    def emit(self, event: str, **fields: Any) -> None:
        """Send an event with the time."""
        if event in EXPENDABLE and self._transport.get_write_buffer_size() > MOST_UNREAD:
            return
        if not self._transport.is_closing():
            line = json.dumps({"event": event, "at": round(time.time(), 3), **fields}, separators=(",", ":"))
            self._transport.write(line.encode() + b"\n")

    async def close(self) -> None:
        """Wait for a while until the parent has read everything."""
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._closed.wait()

    def log(self, level: str, message: str, **fields: Any) -> None:
        """Send a log event. Never give it a key or a token."""
        self.emit("log", level=level, message=message, **fields)


class PipeHandler(logging.Handler):
    """Sends log records of libraries to the parent, without tracebacks."""

    def __init__(self, pipe: Pipe, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.WARNING)
        self._pipe, self._loop = pipe, loop

    def emit(self, record: logging.LogRecord) -> None:
        """Pass the record on, from any thread."""
        level, message = record.levelname.lower(), record.getMessage()[:500]
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self._pipe.log(level, message, logger=record.name))
