"""What recordings tell."""

from datetime import datetime
from uuid import UUID

from realtime.events import Event, EventData, lobby
from recordings.models import Recording


class ReplayReadyData(EventData):
    """A recording that people may watch now."""

    session_id: UUID
    recording_id: UUID
    name: str
    duration: int | None
    published_at: datetime


class ReplayReady(Event, type="replay.ready", topic=lobby):
    """A recording was published: the session's address plays it, once the session is over."""

    data: ReplayReadyData

    @classmethod
    def of(cls, recording: Recording) -> "ReplayReady":
        """``recording`` is published."""
        assert recording.published_at is not None
        data = ReplayReadyData(
            session_id=recording.session_id,
            recording_id=recording.pk,
            name=recording.name,
            duration=None if recording.duration is None else round(recording.duration),
            published_at=recording.published_at,
        )
        return cls(session_id=recording.session_id, data=data)
