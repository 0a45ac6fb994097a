"""What recordings publish, in replies, events and the state of pages."""

from typing import Self
from uuid import UUID

from pydantic import Field

from core.published import Moment, Published
from recordings import models


class Recording(Published, name="RecordingResponse"):
    """A recording. ``status`` stays ``recording`` until its file is ready; ``phase`` says how far it is."""

    id: UUID
    session_id: UUID
    egress_id: str
    name: str
    file_path: str | None = Field(description="A key in the storage; null until the file is there.")
    duration: int | None = Field(description="Whole seconds.")
    file_size: int | None = Field(description="Bytes.")
    status: models.Recording.Status
    storage_type: models.Recording.StorageType
    retry_count: int
    error_message: str | None = Field(description="A sentence; null when nothing went wrong.")
    phase: models.Recording.Phase
    progress: int = Field(description="Of the processing, in percent.")
    started_at: Moment
    stopped_at: Moment | None
    published_at: Moment | None = Field(description="Since when people may watch the replay.")
    trim_start: float | None = Field(description="Seconds; what is before is not shown.")
    trim_end: float | None = Field(description="Seconds; what is after is not shown.")
    is_kept: bool = Field(description="Retention does not delete it.")
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, recording: models.Recording) -> Self:
        return cls(
            id=recording.pk,
            session_id=recording.session_id,
            egress_id=recording.egress_id,
            name=recording.name,
            file_path=recording.file_path or None,
            duration=recording.seconds,
            file_size=recording.file_size,
            status=models.Recording.Status(recording.status),
            storage_type=models.Recording.StorageType(recording.storage_type),
            retry_count=recording.retry_count,
            error_message=recording.error_message or None,
            phase=models.Recording.Phase(recording.phase),
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


class Recordings(Published, name="RecordingListResponse"):
    """One page of recordings, newest first."""

    recordings: list[Recording]
    total: int
    page: int
    limit: int


class RecordingDownload(Published, name="RecordingDownloadResponse"):
    """Where the file can be had, without further credentials, until ``expires_at``."""

    download_url: str
    expires_at: Moment
