"""The parent's side: runs a step and waits for it."""

import queue
import time
from collections.abc import Callable
from typing import Any

from media.engine import EngineProcess
from media.processing.errors import CRASHED, TIMED_OUT, StepFailed
from media.processing.files import Progress, ignore_progress

MODULE = "media.processing"
LEAST_SECONDS = 120.0  # seconds for a step, whatever the size
SLOWEST = 2_000_000  # bytes a second: a slower step counts as hung
TICK = 1.0  # seconds between two checks of the clock
KILLED_AFTER = 1.0  # seconds that a child which took too long gets to end

_ENDED = "ended"


def patience(size: int) -> float:
    """The seconds that a step may take for this many bytes."""
    return LEAST_SECONDS + size / SLOWEST


def run_step(
    step: str,
    values: dict[str, Any],
    *,
    seconds: float,
    progress: Progress = ignore_progress,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Run ``step`` with ``values`` in a child process; returns its result.

    ``tick`` is called about every second meanwhile; an exception from it ends the child and is raised here. Raises
    StepFailed; ``timed_out`` after ``seconds``.
    """
    events: queue.Queue[dict[str, Any]] = queue.Queue()
    child = EngineProcess(
        step,
        {"step": step, "values": values},
        events.put,
        lambda status: events.put({"event": _ENDED, "status": status}),
        module=MODULE,
    )
    child.start()
    deadline = time.monotonic() + seconds
    try:
        return _listen(events, deadline, progress, tick)
    finally:
        child.stop(KILLED_AFTER)


def _listen(
    events: "queue.Queue[dict[str, Any]]", deadline: float, progress: Progress, tick: Callable[[], None]
) -> dict[str, Any]:
    next_tick = 0.0
    while (now := time.monotonic()) < deadline:
        if now >= next_tick:
            tick()
            next_tick = now + TICK
        try:
            event = events.get(timeout=max(0.01, min(TICK, deadline - now)))
        except queue.Empty:
            continue
        match event["event"]:
            case "progress":
                progress(float(event["share"]))
            case "result":
                progress(1.0)
                return dict(event["values"])
            case "failed":
                raise StepFailed(str(event["code"]), str(event["detail"]))
            case "ended":
                raise StepFailed(CRASHED, f"status {event['status']}")
    raise StepFailed(TIMED_OUT)
