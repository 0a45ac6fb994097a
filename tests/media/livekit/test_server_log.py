"""Whatever LiveKit writes, its next line is read: a pipe that nobody reads would hold it up."""

import io
import json

import pytest
import structlog

from media.livekit import server


def logged(*lines: bytes):
    with structlog.testing.capture_logs() as entries:
        server._log_lines(io.BytesIO(b"\n".join(lines) + b"\n"))
    return entries


@pytest.mark.parametrize(
    "odd",
    [
        b'{"level":"info","msg":"deep","x":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"level":"info","msg":"deep","x":' + b"[" * 20_000,
        b'{"level":["info"],"msg":"a level that is none"}',
        b'{"level":"info","msg":{"a":1},"self":1,"event":2,"level2":3}',
        b'{"level":"info"}',
        b"[1, 2]",
        b"\xff\xfe",
        b"x" * 200_000,
    ],
    ids=["deep", "cut", "level", "names", "no message", "list", "bytes", "long"],
)
def test_an_odd_line_does_not_keep_the_next_one_from_being_read(odd):
    entries = logged(odd, json.dumps({"level": "warn", "msg": "the next one", "room": "r"}).encode())
    assert len(entries) >= 2
    assert entries[-1] == {"event": "the next one", "room": "r", "log_level": "warning"}
    assert max(len(str(entry["event"])) for entry in entries) <= server._LONGEST_LINE
