"""Whether what a link opens is still to be had.

Links to films, pictures and segments name nobody and hold for hours. What they lead to may have gone into the bin
meanwhile: that is asked anew every few seconds, once for all who fetch it, and also while it is being sent.
"""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import DatabaseError

from core.ids import parse_uuid
from hls.showing import is_capture_shown
from hls.viewers import in_thread
from recordings.files import is_recording_there

logger = structlog.get_logger(__name__)

HOLDS_FOR = 3.0  # seconds
_KEPT = 2_000


class Standing:
    """The answers of the last seconds; for one event loop."""

    def __init__(self, look: Callable[[UUID], bool]) -> None:
        self._look = look
        self._known: dict[UUID, tuple[float, bool]] = {}
        self._looking: dict[UUID, asyncio.Task[bool]] = {}

    async def holds(self, identifier: UUID) -> bool:
        """Whether it was there at most a few seconds ago; not when the database does not answer: players try again."""
        known = self._known.get(identifier)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        if identifier not in self._looking:
            self._looking[identifier] = asyncio.create_task(self._ask(identifier))
        return await asyncio.shield(self._looking[identifier])

    async def _ask(self, identifier: UUID) -> bool:
        try:
            try:
                found = await in_thread(self._look, identifier)
            except DatabaseError:
                logger.warning("Whether a file may be sent could not be asked: the database does not answer")
                return False
            now = time.monotonic()
            if len(self._known) > _KEPT:
                self._known = {key: value for key, value in self._known.items() if value[0] > now}
            self._known[identifier] = (now + HOLDS_FOR, found)
            return found
        finally:
            del self._looking[identifier]


recordings = Standing(is_recording_there)
captures = Standing(is_capture_shown)


async def link_holds(root: str, key: str) -> bool:
    """Whether the file of a signed link may still be sent; files that no recording names are not asked about."""
    identifier = parse_uuid(key.rpartition("/")[2][:36])
    return root != "recordings" or identifier is None or await recordings.holds(identifier)
