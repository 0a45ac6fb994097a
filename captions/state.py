"""What `captions` adds to a page's state: a part for everybody with the same rights, and a part for one person."""

from typing import Any

from captions import shapes
from captions.queries import last_lines
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``captions``: the latest lines, oldest first."""
    lines = last_lines(session) if session.is_live and is_inside(session, allowed) else []
    return {"captions": [shapes.CaptionLine.of(line).as_json() for line in lines]}
