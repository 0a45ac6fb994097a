"""What captions publish, in replies, events and the state of pages."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from pydantic import Field

from captions import models
from core.published import Moment, Published


class CaptionLine(Published, name="CaptionLineResponse"):
    """One line of captions."""

    id: UUID
    session_id: UUID
    text: str
    language: str
    at: Moment = Field(description="When it was said.")
    created_at: Moment

    @classmethod
    def of(cls, line: models.CaptionLine) -> Self:
        return cls(
            id=line.pk,
            session_id=line.session_id,
            text=line.text,
            language=line.language,
            at=line.at,
            created_at=line.created_at,
        )


class CaptionLines(Published, name="CaptionListResponse"):
    """One page of the lines, oldest first."""

    captions: list[CaptionLine]
    total: int
    page: int
    limit: int

    @classmethod
    def of(cls, lines: Iterable[models.CaptionLine], *, total: int, page: int, limit: int) -> Self:
        return cls(captions=[CaptionLine.of(line) for line in lines], total=total, page=page, limit=limit)
