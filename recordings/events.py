"""What recordings tell: everybody in the session hears that it is recorded, the crew what becomes of it, everybody with
the page open that it can be watched.
"""

from typing import Self
from uuid import UUID

from core.published import Moment
from realtime.events import Event, EventData, crew, everyone_in, lobby
from recordings.models import Recording


class RecordingData(EventData):
    """The published Recording."""

    id: UUID
    session_id: UUID
    egress_id: str
    name: str
    file_path: str | None
    duration: int | None
    file_size: int | None
    status: str
    storage_type: str
    retry_count: int
    error_message: str | None
    phase: str
    progress: int
    started_at: Moment
    stopped_at: Moment | None
    published_at: Moment | None
    trim_start: float | None
    trim_end: float | None
    is_kept: bool
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, recording: Recording) -> "RecordingData":
        return cls(
            id=recording.pk,
            session_id=recording.session_id,
            egress_id=recording.egress_id,
            name=recording.name,
            file_path=recording.file_path or None,
            duration=recording.seconds,
            file_size=recording.file_size,
            status=recording.status,
            storage_type=recording.storage_type,
            retry_count=recording.retry_count,
            error_message=recording.error_message or None,
            phase=recording.phase,
            progress=recording.progress,
            started_at=recording.started_at,
            stopped_at=recording.stopped_at,
            published_at=recording.published_at,
            trim_start=recording.trim_start,
            trim_end=recording.trim_end,
            is_kept=recording.is_kept,
            created_at=recording.created_at,
            updated_at=recording.updated_at,
        )


class RecordingEvent(Event):
    """Something about one recording: data is the REST Recording."""

    data: RecordingData

    @classmethod
    def of(cls, recording: Recording) -> Self:
        return cls(session_id=recording.session_id, data=RecordingData.of(recording))


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
