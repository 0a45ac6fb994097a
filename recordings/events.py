"""Events of recordings. Everybody in the session learns that it is recorded, the crew learns about the processing,
everybody with the page open learns when it can be watched.
"""

from typing import Self
from uuid import UUID

from core.published import Moment
from realtime.events import Event, EventData, crew, everyone_in, lobby
from recordings import shapes
from recordings.models import Recording


class RecordingEvent(Event):
    """Something about one recording: ``data`` is the Recording of the API."""

    data: shapes.Recording

    @classmethod
    def of(cls, recording: Recording) -> Self:
        return cls(session_id=recording.session_id, data=shapes.Recording.of(recording))


class RecordingStarted(RecordingEvent, type="recording.started", topic=everyone_in):
    """The session is recorded from now on."""


class RecordingStopped(RecordingEvent, type="recording.stopped", topic=everyone_in):
    """Recording stopped; the file is being made now."""


class RecordingProgress(RecordingEvent, type="recording.progress", topic=crew):
    """The processing advanced, or the recording was changed: renamed, published, trimmed."""


class RecordingCompleted(RecordingEvent, type="recording.completed", topic=crew):
    """The recording can be watched and downloaded."""


class RecordingFailed(RecordingEvent, type="recording.failed", topic=crew):
    """There is no file, at least for now: ``error_message`` says why; it may be tried again."""


class DeletedData(EventData):
    """The recording that is in the bin now."""

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
    """A recording was published: the session's address plays it once the session is over."""

    data: ReplayReadyData

    @classmethod
    def of(cls, recording: Recording) -> "ReplayReady":
        """``recording`` must be published."""
        assert recording.published_at is not None
        data = ReplayReadyData(
            session_id=recording.session_id,
            recording_id=recording.pk,
            name=recording.name,
            duration=recording.seconds,
            published_at=recording.published_at,
        )
        return cls(session_id=recording.session_id, data=data)
