"""Whether a link's target may still be sent.

Links to videos, images and segments name no person and are valid for hours. Their target may go into the bin meanwhile,
so that is checked every few seconds, once for all who fetch it, and also while it is being sent.
"""

from collections.abc import Callable
from uuid import UUID

import structlog
from cachetools import TLRUCache
from django.db import DatabaseError

from core.ids import parse_uuid
from core.single_flight import SingleFlight
from hls.showing import is_capture_shown
from hls.viewers import in_thread
from recordings.files import is_recording_there

logger = structlog.get_logger(__name__)

HOLDS_FOR = 3.0  # seconds
_KEPT = 2_000


class Validity:
    """The answers of the last seconds; for one event loop."""

    def __init__(self, look: Callable[[UUID], bool]) -> None:
        self._look = look
        self._known: SingleFlight[UUID, bool] = SingleFlight(TLRUCache(_KEPT, lambda _id, _held, now: now + HOLDS_FOR))

    async def holds(self, identifier: UUID) -> bool:
        """Whether it existed at most a few seconds ago; False if the database does not answer: players try again."""
        try:
            return await self._known.get(identifier, lambda: self._ask(identifier))
        except DatabaseError:
            return False

    async def _ask(self, identifier: UUID) -> bool:
        try:
            return await in_thread(self._look, identifier)
        except DatabaseError:
            logger.warning("Links could not be checked: the database does not answer")
            raise


recordings = Validity(is_recording_there)
captures = Validity(is_capture_shown)


async def link_holds(root: str, key: str) -> bool:
    """Whether the file of a signed link may still be sent; files without a recording are not checked."""
    identifier = parse_uuid(key.rpartition("/")[2][:36])
    return root != "recordings" or identifier is None or await recordings.holds(identifier)
