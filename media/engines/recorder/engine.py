"""The process: production on a thread of its own in real time; the room and the pipe on the event loop."""

import asyncio
import logging
import resource
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from media.engines.pipe import Pipe, PipeHandler
from media.engines.recorder.cast import Cast
from media.engines.recorder.compositor import make_compositor
from media.engines.recorder.configuration import Configuration, Look, Staging, Texts, section
from media.engines.recorder.drawing import LogoUnreadable
from media.engines.recorder.production import Production
from media.engines.recorder.room import Room, conceal, describe
from media.engines.recorder.visit import now

logger = logging.getLogger(__name__)

HEALTH_SECONDS = 2.0
REPEAT_SECONDS = 30.0  # seconds until the same warning is sent again
LATE = 200_000  # microseconds behind after which frames are dropped
BAD_CONFIGURATION, FAILED = 2, 1  # exit statuses


class Engine:
    """One capture."""

    def __init__(self, configuration: Configuration, pipe: Pipe) -> None:
        self._configuration, self._pipe = configuration, pipe
        self._loop = asyncio.get_running_loop()
        self._cast = Cast()
        self._stop_at: int | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._parts = 0
        self._was_connected = self._is_ready = False
        video = configuration.video
        self._compositor, trouble = make_compositor(video.width, video.height, configuration.look, configuration.texts)
        self._compositor.staging = configuration.staging
        if trouble:
            pipe.log("warning", trouble)
        self._production = Production(configuration, self._cast, self._compositor, emit=self._emit_from_thread, now=now)
        self._room = Room(configuration, self._cast, self._emit, start=self._production.start)
        self._health = Health(self._production, self._cast, video.fps)

    async def run(self) -> int:
        """Record until told to stop; returns the exit status."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(sign, self.stop)
        threading.Thread(target=self._produce, name="production", daemon=True).start()
        tasks = [
            asyncio.create_task(self._room.run(self._heights)),
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._report()),
        ]
        for task in tasks:
            task.add_done_callback(self._failed)
        status = 0
        try:
            await self._ended
        except Exception as error:
            logger.exception("Recording failed")
            self._pipe.log("error", "Recording failed.", reason=conceal(f"{type(error).__name__}: {error}"))
            status = FAILED
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pipe.emit("finished", parts=self._parts)
        return status

    def stop(self) -> None:
        """Finish after recording everything up to now."""
        if self._stop_at is None:
            self._stop_at = now()

    def _produce(self) -> None:
        """The production's thread: makes each tick as late as frames and sound may arrive."""
        delay = self._configuration.delay_ms * 1000
        production = self._production
        error: Exception | None = None
        try:
            while self._stop_at is None or production.time_of_next() < self._stop_at:
                ahead = production.time_of_next() + delay - now()
                if ahead > 0:
                    time.sleep(ahead / 1_000_000)
                production.tick(is_late=ahead < -LATE)
        except Exception as failure:  # noqa: BLE001 — a full disk or anything else: told, and the process ends
            error = failure
        try:
            production.close()
        except Exception as failure:  # noqa: BLE001
            error = error or failure
        self._loop.call_soon_threadsafe(self._finish, error)

    def _finish(self, error: BaseException | None) -> None:
        if self._ended.done():
            return
        if error:
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    def _failed(self, task: asyncio.Task[None]) -> None:
        """Called when a task ends: unless it was cancelled, it has failed."""
        if not task.cancelled() and task.exception():
            self._finish(task.exception())

    async def _listen(self) -> None:
        async for command in self._pipe.lines():
            try:
                await self._execute(command)
            except (KeyError, TypeError, ValueError, LogoUnreadable) as error:
                reason = type(error).__name__ if isinstance(error, (KeyError, TypeError)) else str(error)
                self._pipe.log(
                    "warning", "A command was not understood.", command=str(command.get("do")), reason=reason
                )
        self.stop()

    async def _execute(self, command: Mapping[str, Any]) -> None:
        """Execute a command of the parent. Raises KeyError, TypeError, ValueError, LogoUnreadable."""
        match command["do"]:
            case "token":
                self._room.give_token(str(command["token"]))
            case "look":
                look, texts = self._configuration.look, self._configuration.texts
                if "look" in command:
                    look = section(Look, command["look"])
                if "texts" in command:
                    texts = section(Texts, command["texts"])
                await asyncio.to_thread(self._compositor.set_look, look, texts)
                self._configuration = replace(self._configuration, look=look, texts=texts)
            case "stage":
                self._compositor.staging = section(Staging, command["staging"])
            case "hide" if command["hidden"]:
                self._production.hide()
            case "hide":
                self._production.show(now())
            case "mark":
                self._production.mark(str(command["id"]))
            case "stop":
                self.stop()
            case _:
                raise ValueError("Unknown command.")

    def _heights(self) -> dict[str, int]:
        return {cell.sid: cell.place.height for cell in self._compositor.arrangement or ()}

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(HEALTH_SECONDS)
            fps = self._health.measure()
            sources = describe(self._cast, self._room.visit, fps)
            self._pipe.emit("health", **self._health.figures(), sources=sources)

    def _emit(self, event: str, **fields: Any) -> None:
        """Emit, and say once when all is ready: the room entered and a part open."""
        self._pipe.emit(event, **fields)
        self._parts += event == "part"
        self._was_connected |= event == "connected"
        if self._parts and self._was_connected and not self._is_ready:
            self._is_ready = True
            self._pipe.emit("ready")

    def _emit_from_thread(self, event: dict[str, Any]) -> None:
        fields = dict(event)
        kind = fields.pop("event")
        self._loop.call_soon_threadsafe(lambda: self._emit(kind, **fields))


class Health:
    """Figures since the last measurement."""

    def __init__(self, production: Production, cast: Cast, fps: int) -> None:
        self._production, self._cast = production, cast
        self._counts: dict[str, int] = {}
        self._before = self._totals()
        self._figures: dict[str, Any] = {}

    def measure(self) -> dict[str, float]:
        """Measure; returns the frames per second received of each feed, by sid."""
        before, self._before = self._before, self._totals()
        seconds = max(0.001, self._before[0] - before[0])
        cpu, ticks, written = (new - old for new, old in zip(self._before[1:], before[1:], strict=True))
        figures = self._production.figures
        feeds = self._cast.feeds()
        self._figures = {
            "fps": round(ticks / seconds, 1),
            "encoded": figures.encoded,
            "late": figures.late,
            "kbps": round(written * 8 / 1000 / seconds),
            "cpu": round(cpu / seconds, 3),
            "av_offset_ms": max((feed.pictures.shift // 1000 for feed in feeds), key=abs, default=0),
        }
        counts = {feed.sid: feed.pictures.count for feed in feeds}
        rates = {sid: (count - self._counts.get(sid, 0)) / seconds for sid, count in counts.items()}
        self._counts = counts
        return rates

    def figures(self) -> dict[str, Any]:
        """The figures of the last measurement."""
        return self._figures

    def _totals(self) -> tuple[float, float, int, int]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        figures = self._production.figures
        return time.monotonic(), used.ru_utime + used.ru_stime, figures.ticks - figures.late, self._production.bytes


async def main() -> int:
    """Read the configuration, record, finish; returns the exit status."""
    pipe = await Pipe.open()
    handler = PipeHandler(pipe, asyncio.get_running_loop())
    handler.addFilter(RepeatFilter())
    logging.getLogger().addHandler(handler)
    try:
        return await _record(pipe)
    finally:
        await pipe.close()


async def _record(pipe: Pipe) -> int:
    values = await anext(pipe.lines(), None)
    if values is None:
        return 0
    try:
        configuration = Configuration.read(values)
    except ValueError as error:
        pipe.log("error", "The configuration is invalid.", reason=str(error))
        return BAD_CONFIGURATION
    try:
        engine = Engine(configuration, pipe)
    except OSError as error:
        pipe.log("error", "The folder cannot be written to.", reason=str(error))
        return FAILED
    return await engine.run()


class RepeatFilter(logging.Filter):
    """Leaves out what was just said, for an SDK that repeats itself with each picture, and conceals tokens."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to pass the record on, with its tokens redacted."""
        record.msg, record.args = conceal(record.getMessage()), None
        key = record.msg[:60]
        is_new = record.created - self._said.get(key, 0) > REPEAT_SECONDS
        if is_new:
            self._said = {**dict(list(self._said.items())[-50:]), key: record.created}
        return is_new
