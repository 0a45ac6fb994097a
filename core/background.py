"""Background work: tasks of an event loop, threads that run until the process stops, and bounded thread pools."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import close_old_connections, connections

from core.precedence import go_ahead

logger = logging.getLogger(__name__)


class Tasks:
    """Tasks of the running event loop that nobody awaits: keeps a reference to them and logs their failures."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        """Start ``work``."""
        task = self._loop.create_task(_logged(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def __len__(self) -> int:
        return len(self._running)


async def _logged(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except asyncio.CancelledError:
        raise
    except Exception:
        logger.exception("Work in the background failed")
        return None


class BackgroundThread:
    """A thread of this process that runs from :meth:`start` to :meth:`stop`, and may be started again afterwards.

    ``run`` checks :meth:`is_stopping` and waits with :meth:`wait` or :meth:`pause`, which return early when it should
    stop. Database connections that it opened are closed when it ends.
    """

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self._name, self._work = name, run
        self._nudged = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not been asked to stop."""
        return self._thread is not None

    def is_stopping(self) -> bool:
        """Whether it has been asked to stop."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Start the thread; harmless if it already runs."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self, seconds: float | None = 5.0) -> None:
        """Ask it to stop; returns when it has, or after ``seconds`` (None: wait as long as it takes)."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._nudged.set()
            thread.join(seconds)

    def nudge(self) -> None:
        """End the present :meth:`wait`, or the next one, at once: there is work to do."""
        self._nudged.set()

    def wait(self, seconds: float | None = None) -> None:
        """Called within the thread: wait until it is nudged or should stop, or until ``seconds`` have passed."""
        self._nudged.wait(seconds)
        self._nudged.clear()

    def pause(self, seconds: float) -> bool:
        """Called within the thread: wait ``seconds``, ignoring nudges; returns whether it should stop."""
        return self._stopping.wait(seconds)

    def _run(self) -> None:
        go_ahead()  # what the product does by itself keeps sessions going
        try:
            self._work()
        finally:
            connections.close_all()


P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads:
    """A bounded thread pool for one kind of work, so that one kind does not wait for another. Threads keep their
    database connections, which are checked before and after each call.
    """

    def __init__(self, name: str, most: int) -> None:
        self._executor = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in the pool and return its result."""

        def call() -> T:
            close_old_connections()
            try:
                return work(*args, **kwargs)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._executor, call)
