"""What `captions` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from captions.events import CaptionLineData
from captions.queries import last_lines
from sessions.capabilities import Capabilities, is_inside
from sessions.models import Session


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``captions``: the last lines, oldest first."""
    lines = last_lines(session) if session.is_live and is_inside(session, allowed) else []
    return {"captions": [CaptionLineData.of(line).model_dump(mode="json") for line in lines]}


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Nothing: captions are the same for everybody."""
    return {}
