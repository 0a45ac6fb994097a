"""The streams of encoders: their rows, and their last measured health, shared by all processes."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.utils import timezone

from media.ingests.port import AudioFacts, Health, IngestWarning, VideoFacts
from media.models import Ingest

#: Seconds after which a report is stale; the gateway reports every two.
HEALTH_KEPT = 10
LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """The present health of a stream; ``details`` has the figures of each warning by its code."""

    health: Health
    video: VideoFacts | None = None
    audio: AudioFacts | None = None
    details: dict[str, IngestWarning] = field(default_factory=dict)


def ingest_of(room: str) -> Ingest:
    """The ingest of ``room``; creates it if there is none."""
    return Ingest.objects.get_or_create(room=room)[0]


def find_ingest(room: str) -> Ingest | None:
    """The ingest of ``room``, if there ever was one."""
    return Ingest.objects.filter(room=room).first()


def ingest_health(room: str) -> IngestHealth | None:
    """The health of the encoder's stream into ``room``, measured seconds ago; None if there is no stream."""
    found: IngestHealth | None = cache.get(_slot(room))
    return found


def keep_health(room: str, health: IngestHealth) -> None:
    """Store what :func:`ingest_health` answers for the next seconds."""
    cache.set(_slot(room), health, HEALTH_KEPT)


def is_publishing(ingest: Ingest) -> None:
    """Record that its media arrives."""
    now = timezone.now()
    rows = Ingest.objects.filter(pk=ingest.pk).exclude(state=Ingest.State.PUBLISHING)
    rows.filter(publishing_since=None).update(publishing_since=now)
    rows.update(state=Ingest.State.PUBLISHING, reason="", detail="", changed_at=now)


def is_interrupted(ingest: Ingest, reason: str, detail: str = "") -> None:
    """Record that its media stopped, and may resume soon."""
    rows = Ingest.objects.filter(pk=ingest.pk).exclude(state=Ingest.State.WAITING)
    rows.update(
        state=Ingest.State.INTERRUPTED, reason=reason, detail=detail[:LONGEST_DETAIL], changed_at=timezone.now()
    )


def is_over(ingest: Ingest, reason: str, detail: str = "") -> None:
    """Record that the stream is over; the next one is a new stream."""
    over = {"state": Ingest.State.WAITING, "publishing_since": None, "changed_at": timezone.now()}
    Ingest.objects.filter(pk=ingest.pk).update(reason=reason, detail=detail[:LONGEST_DETAIL], **over)
    cache.delete(_slot(ingest.room))


def _slot(room: str) -> str:
    return f"ingest:{room}:health"
