"""The recordings of a session on its page, which belongs to an app that knows nothing of recordings."""

from typing import Any

from django import template

from recordings.models import Recording
from recordings.queries import recordings_of
from sessions.models import Session

register = template.Library()


@register.inclusion_tag("recordings/_session.html")
def session_recordings(session: Session) -> dict[str, Any]:
    """A card with all of them, newest first; nothing as long as there are none and there will be none by itself."""
    rows = list(recordings_of(session))
    return {
        "session": session,
        "recordings": rows,
        "is_busy": any(row.status == Recording.Status.RECORDING for row in rows),
        "is_planned": session.status == Session.Status.SCHEDULED and session.flag("recording_enabled"),
    }
