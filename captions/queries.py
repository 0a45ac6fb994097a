"""Reads of captions."""

from uuid import UUID

from django.db.models import QuerySet

from captions.models import CaptionLine
from core.prepared import prepared
from sessions.models import Session

#: How many of the latest lines a page shows.
SHOWN = 3


def lines_of(session: Session) -> QuerySet[CaptionLine]:
    """All lines, oldest first."""
    return CaptionLine.objects.filter(session=session)


def last_lines(session: Session) -> list[CaptionLine]:
    """The latest lines, oldest first: what somebody who joins sees first."""
    return _newest.page(0, SHOWN, session_id=session.pk)[::-1]


@prepared
def _newest(session_id: UUID) -> QuerySet[CaptionLine]:
    return CaptionLine.objects.filter(session=session_id).order_by("-created_at", "-id")
