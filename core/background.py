"""Work in the background: tasks of an event loop, and threads of a process that run until it stops."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

logger = logging.getLogger(__name__)


class Tasks:
    """Tasks of the running event loop that nobody waits for: they are kept until they end, and failures are logged."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        """Run ``work``."""
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
