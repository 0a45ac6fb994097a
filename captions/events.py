"""What captions tell."""

from uuid import UUID

from captions.models import CaptionLine
from core.published import Moment
from realtime.events import Event, EventData, everyone_in


class CaptionLineData(EventData):
    """The published caption line."""

    id: UUID
    session_id: UUID
    text: str
    language: str
    at: Moment
    created_at: Moment

    @classmethod
    def of(cls, line: CaptionLine) -> "CaptionLineData":
        return cls(
            id=line.pk,
            session_id=line.session_id,
            text=line.text,
            language=line.language,
            at=line.at,
            created_at=line.created_at,
        )


class CaptionLineSaid(Event, type="caption.line", topic=everyone_in):
    """One more line of captions."""

    data: CaptionLineData

    @classmethod
    def of(cls, line: CaptionLine) -> "CaptionLineSaid":
        return cls(session_id=line.session_id, data=CaptionLineData.of(line))
