"""The child: reads what to do as a line of JSON, writes lines of JSON: ``progress``, then ``result`` or ``failed``.

``{"step": "join", "values": {…}}`` → ``{"event": "progress", "share": 0.5}`` … ``{"event": "result", "values": {…}}``
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import av.logging

from media.processing.checking import check
from media.processing.errors import StepFailed, code_of
from media.processing.files import Progress, checksum
from media.processing.joining import join
from media.processing.pictures import frame, pictures
from media.processing.probing import BROKEN, probe
from media.processing.trimming import trim

STEPS: dict[str, Callable[[dict[str, Any], Progress], dict[str, Any]]] = {
    "probe": probe,
    "join": join,
    "check": check,
    "pictures": pictures,
    "checksum": checksum,
    "trim": trim,
    "frame": frame,
}
NICENESS = 10  # running recorders have priority
TOLD_EVERY = 0.25  # seconds


class ProgressEvents:
    """Writes how far the step is, not too often."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + TOLD_EVERY
            emit("progress", share=round(min(1.0, max(0.0, share)), 3))


def emit(event: str, **fields: Any) -> None:
    """One line to the parent."""
    line = json.dumps({"event": event, "at": round(time.time(), 3), **fields}, separators=(",", ":"))
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run the step."""
    os.nice(NICENESS)
    logging.disable(logging.CRITICAL)
    av.logging.set_level(av.logging.PANIC)
    wanted = json.loads(sys.stdin.readline())
    try:
        result = STEPS[wanted["step"]](wanted["values"], ProgressEvents())
    except StepFailed as error:
        emit("failed", code=error.code, detail=error.detail[:500])
    except BROKEN as error:
        emit("failed", code=code_of(error), detail=str(error)[:500])
    else:
        emit("result", values=result)


if __name__ == "__main__":
    main()
