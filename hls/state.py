"""What HLS adds to a page's state."""

from typing import Any

from sessions.models import Session
from sessions.rights import playback
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``hls``: whether the session can be watched over HLS now."""
    ready = session.is_live and is_inside(session, allowed) and bool(playback.playable([session]))
    return {"hls": {"ready": ready}}
