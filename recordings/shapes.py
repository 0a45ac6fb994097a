"""What recordings publish, in replies, events and the state of pages."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, WithJsonSchema

from core.published import Moment, Published
from recordings import models, queries, replay_links


class Recording(Published, name="RecordingResponse"):
    """A recording. ``status`` stays ``recording`` until its file is ready; ``phase`` is the processing's progress."""

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
    error_message: str | None = Field(description="A sentence; null if nothing failed.")
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


class MyRecordings(Recordings, name="MyRecordingListResponse"):
    """One page of a host's recordings, of all rooms."""

    total_size: int = Field(description="Bytes of all that match, not of this page alone.")


class RecordingDownload(Published, name="RecordingDownloadResponse"):
    """A link that needs no further credentials, valid until ``expires_at``."""

    download_url: str
    expires_at: Moment


class Track(Published, name="TrackResponse"):
    """Captions of a recording in one language, as WebVTT."""

    id: UUID
    language: str = Field(description="BCP 47; und when nobody said which.")
    label: str
    source: models.TextTrack.Source
    is_default: bool
    url: str = Field(description="Ends after an hour.")
    created_at: Moment

    @classmethod
    def of(cls, track: models.TextTrack, *, is_shown: bool = False) -> Self:
        """``is_shown``: its address opens what is shown of the recording alone."""
        return cls(
            id=track.pk,
            language=track.language,
            label=track.label,
            source=models.TextTrack.Source(track.source),
            is_default=track.is_default,
            url=replay_links.track_url(track, is_shown=is_shown),
            created_at=track.created_at,
        )


class Tracks(Published, name="TrackListResponse"):
    """All captions of a recording, the default ones first."""

    tracks: list[Track]
    total: int

    @classmethod
    def of(cls, tracks: Iterable[models.TextTrack]) -> Self:
        each = [Track.of(track) for track in tracks]
        return cls(tracks=each, total=len(each))


class Sprite(Published, name="SpriteResponse"):
    """Small pictures for the seek bar, side by side in one file: one for each ``interval`` seconds, row by row."""

    #: As it was measured: a whole number stays one.
    interval: Annotated[int | float, WithJsonSchema({"type": "number"})] = Field(
        description="Seconds between two pictures."
    )
    columns: int
    rows: int
    width: int = Field(description="Of one picture, in pixels.")
    height: int
    count: int
    url: str

    @classmethod
    def of(cls, recording: models.Recording) -> Self | None:
        """Of what is shown; None without pictures."""
        found = replay_links.sprite(recording)
        return None if found is None else cls(**found)


class PosterSource(StrEnum):
    """Where a poster comes from: chosen among frames by itself, a moment that the host chose, or their own picture."""

    AUTOMATIC = "automatic"
    MOMENT = "moment"
    UPLOAD = "upload"


class Poster(Published, name="PosterResponse"):
    """The poster of a recording, and moments that are offered for it."""

    source: PosterSource
    at: float | None = Field(description="Seconds of the whole recording; null unless a moment was chosen.")
    is_ready: bool = Field(description="false: the picture of the moment is being made, or could not be made.")
    url: str | None = Field(description="What viewers get now; ends after an hour. null: there is none.")
    moments: list[float] = Field(description="Seconds of the whole recording, neither black nor the slate.")
    sprite: Sprite | None = Field(description="Small pictures of the whole recording, which show those moments.")

    @classmethod
    def of(cls, recording: models.Recording, moments: list[float]) -> Self:
        chosen, sprite = recording.chosen_poster, replay_links.whole_sprite(recording)
        source = PosterSource.AUTOMATIC
        if chosen is not None:
            source = PosterSource.MOMENT if "at" in chosen else PosterSource.UPLOAD
        return cls(
            source=source,
            at=recording.chosen_moment,
            is_ready=chosen is None or bool(recording.chosen_path),
            url=replay_links.poster_url(recording),
            moments=moments,
            sprite=None if sprite is None else Sprite(**sprite),
        )


class ReplayPart(Published, name="ReplayPartResponse"):
    """One recording of the replay. Its links end at ``expires_at``: ask again for new ones."""

    id: UUID
    name: str
    duration: int | None = Field(description="Of what is shown, in seconds.")
    trim_start: float | None = Field(description="null: the video has nothing but what is shown.")
    trim_end: float | None = Field(description="null: the video has nothing but what is shown.")
    published_at: Moment
    url: str | None = Field(description="The video (MP4), with Range.")
    poster: str | None
    sprite: Sprite | None
    tracks: list[Track] = Field(description="Captions of what is shown, the default ones first.")
    expires_at: Moment

    @classmethod
    def of(cls, recording: models.Recording) -> Self:
        """``recording`` is published; its tracks are best loaded with it."""
        assert recording.published_at is not None
        return cls(
            id=recording.pk,
            name=recording.name,
            duration=None if recording.shown_seconds is None else round(recording.shown_seconds),
            trim_start=None,
            trim_end=None,
            published_at=recording.published_at,
            url=replay_links.video_url(recording),
            poster=replay_links.poster_url(recording),
            sprite=Sprite.of(recording),
            tracks=[Track.of(track, is_shown=True) for track in recording.tracks.all()],
            expires_at=replay_links.expires_at(),
        )


class Replay(Published, name="ReplayResponse"):
    """What the address of a session shows after its end."""

    status: queries.ReplayStatus
    progress: int = Field(description="Of the processing, in percent.")
    publishing: str | None = Field(description="How recordings are published; for host and co-hosts.")
    recordings: list[ReplayPart] = Field(description="In the order in which they were made.")

    @classmethod
    def of(cls, replay: queries.Replay, *, leads: bool) -> Self:
        """``leads``: the reader is host or co-host."""
        return cls(
            status=replay.status,
            progress=replay.progress,
            publishing=replay.session.effective_replay_publishing if leads else None,
            recordings=[ReplayPart.of(recording) for recording in replay.recordings],
        )


class Publication(Published, name="PublishedResponse"):
    """Whether a recording can be watched."""

    id: UUID
    session_id: UUID
    name: str
    published_at: Moment | None = Field(description="Since when people may watch it.")

    @classmethod
    def of(cls, recording: models.Recording) -> Self:
        return cls(
            id=recording.pk,
            session_id=recording.session_id,
            name=recording.name,
            published_at=recording.published_at,
        )
