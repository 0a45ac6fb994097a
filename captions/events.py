"""Events of captions."""

from captions import shapes
from captions.models import CaptionLine
from realtime.events import Event, everyone_in


class CaptionLineSaid(Event, type="caption.line", topic=everyone_in):
    """A new line of captions."""

    data: shapes.CaptionLine

    @classmethod
    def of(cls, line: CaptionLine) -> "CaptionLineSaid":
        return cls(session_id=line.session_id, data=shapes.CaptionLine.of(line))
