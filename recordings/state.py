"""What recordings add to a page's state: for everybody that the session is recorded, for the crew all recordings."""

from typing import Any

from core.published import write_moment
from recordings import shapes
from recordings.queries import newest_recordings, running_recording
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, is_inside

#: The number of recordings in the state; the rest is in the list over REST. A running one is always the newest.
MOST_SHOWN = 50


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``recording``: ``{"active", "started_at"}``, and ``recordings``, the crew's list of the latest, newest first."""
    inside = is_inside(session, allowed)
    active = running_recording.first(session_id=session.pk) if inside else None
    seen = newest_recordings.page(0, MOST_SHOWN, session_id=session.pk) if inside and allowed.is_crew else []
    return {
        "recording": {"active": active is not None, "started_at": write_moment(active.started_at) if active else None},
        "recordings": [shapes.Recording.of(row).as_json() for row in seen],
    }
