"""The recordings on a session's page, which belongs to an app that does not know recordings."""

from typing import Any

from django import template

from recordings.models import Recording
from recordings.queries import recordings_of
from sessions.models import Session

register = template.Library()


@register.inclusion_tag("recordings/_session.html")
def session_recordings(session: Session) -> dict[str, Any]:
    """A card with all of them, newest first; nothing if there are none and none will be made automatically."""
    rows = list(recordings_of(session))
    return {
        "session": session,
        "recordings": rows,
        "is_busy": any(row.status == Recording.Status.RECORDING for row in rows),
        "is_planned": session.status == Session.Status.SCHEDULED and session.flag("recording_enabled"),
    }
