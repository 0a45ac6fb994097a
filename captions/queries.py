"""Reads of captions."""

from django.db.models import QuerySet

from captions.models import CaptionLine
from sessions.models import Session

#: How many of the latest lines a page shows.
SHOWN = 3


def lines_of(session: Session) -> QuerySet[CaptionLine]:
    """All lines, oldest first."""
    return CaptionLine.objects.filter(session=session)


def last_lines(session: Session) -> list[CaptionLine]:
    """The latest lines, oldest first: what somebody who joins sees first."""
    return list(reversed(lines_of(session).order_by("-created_at", "-id")[:SHOWN]))
