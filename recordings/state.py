"""What recordings add to a page's state: for everybody that the session is recorded, for the crew all recordings."""

from typing import Any

from core.published import write_moment
from recordings import shapes
from recordings.models import Recording
from recordings.queries import recordings_of
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, is_inside

#: The number of recordings in the state; the rest is in the list over REST. A running one is always the newest.
MOST_SHOWN = 50


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``recording``: ``{"active", "started_at"}``, and ``recordings``, the crew's list of the latest, newest first."""
    rows = list(recordings_of(session)[:MOST_SHOWN]) if is_inside(session, allowed) else []
    active = next((row for row in rows if row.phase == Recording.Phase.CAPTURING), None)
    seen = rows if allowed.is_crew else []
    return {
        "recording": {"active": active is not None, "started_at": write_moment(active.started_at) if active else None},
        "recordings": [shapes.Recording.of(row).as_json() for row in seen],
    }
