"""The polls on a session's page, which belongs to an app that does not know polls."""

from typing import Any

from django import template

from polls.models import Poll
from sessions.models import Session

register = template.Library()


@register.inclusion_tag("polls/_session.html")
def session_polls(session: Session) -> dict[str, Any]:
    """A card with the questions and the way to prepare polls; nothing where there can be none."""
    return {
        "session": session,
        "polls": list(Poll.objects.filter(session=session)),
        "may_prepare": session.status != Session.Status.ENDED
        and session.flag("poll_enabled")
        and session.flag("host_poll_create"),
    }
