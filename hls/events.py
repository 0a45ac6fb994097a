"""Events of HLS."""

from realtime.events import Event, EventData, everyone_in
from sessions.models import Session


class HLSData(EventData):
    """Whether the session can be watched over HLS now."""

    ready: bool


class HLSReady(Event, type="hls.ready", topic=everyone_in):
    """HLS can be watched; with ``ready`` false: it no longer can."""

    data: HLSData

    @classmethod
    def of(cls, session: Session, *, ready: bool) -> "HLSReady":
        return cls(session_id=session.pk, data=HLSData(ready=ready))
