"""What `stage` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sessions.capabilities import Capabilities
from sessions.models import Session


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """Top-level keys of the state, the same for everybody with the rights ``allowed``."""
    return {}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Keys of ``state.me`` for each of these people; a bounded number of queries whatever their number."""
    return {}
