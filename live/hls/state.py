"""What HLS adds to a page's state."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sessions import hls
from sessions.capabilities import Capabilities, is_inside
from sessions.models import Session


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``hls``: whether the session can be watched that way now."""
    ready = session.is_live and is_inside(session, allowed) and bool(hls.playable([session]))
    return {"hls": {"ready": ready}}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Nothing: the address with a person's grant comes from ``POST /sessions/{id}/hls``."""
    return {}
