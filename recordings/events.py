"""Events of recordings: everybody in the session hears that it is recorded, the crew what becomes of it, everybody with
the page open that it can be watched.
"""

from typing import Self
from uuid import UUID

from core.published import Moment
from realtime.events import Event, EventData, crew, everyone_in, lobby
from recordings import shapes
from recordings.models import Recording


class RecordingEvent(Event):
    """Something about one recording: data is the Recording of the API."""

    data: shapes.Recording

    @classmethod
    def of(cls, recording: Recording) -> Self:
        return cls(session_id=recording.session_id, data=shapes.Recording.of(recording))


class RecordingStarted(RecordingEvent, type="recording.started", topic=everyone_in):
    """From now on the session is recorded."""


class RecordingStopped(RecordingEvent, type="recording.stopped", topic=everyone_in):
    """It is not recorded any more; the recording is processed now."""


class RecordingProgress(RecordingEvent, type="recording.progress", topic=crew):
    """The processing got further, or the recording was changed: renamed, published, trimmed."""


class RecordingCompleted(RecordingEvent, type="recording.completed", topic=crew):
    """Its file can be watched and downloaded."""


class RecordingFailed(RecordingEvent, type="recording.failed", topic=crew):
    """There is no file, or not yet: ``error_message`` says why; it may be tried again."""


class DeletedData(EventData):
    """Which recording is in the bin now."""

    id: UUID


class RecordingDeleted(Event, type="recording.deleted", topic=crew):
    """A recording was deleted."""

    data: DeletedData

    @classmethod
    def of(cls, recording: Recording) -> "RecordingDeleted":
        return cls(session_id=recording.session_id, data=DeletedData(id=recording.pk))


class ReplayReadyData(EventData):
    """A recording that people may watch now."""

    session_id: UUID
    recording_id: UUID
    name: str
    duration: int | None
    published_at: Moment


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
            duration=recording.seconds,
            published_at=recording.published_at,
        )
        return cls(session_id=recording.session_id, data=data)
