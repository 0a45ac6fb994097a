"""How much space recordings take, how much is left, and how much one organization may use."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, QuerySet, Sum

from media import disk
from organizations.models import Organization
from recordings.errors import StorageFull
from recordings.keeping.bin import in_bin
from recordings.keeping.orphans import Orphans, find_orphans
from recordings.keeping.retention import NOTICE, due_in
from recordings.models import Recording

#: While a session is recorded it takes space several times: parts, HLS in two sizes, the video made of the parts.
COPIES = 3.3
_SOUND_KBPS = 128
#: The share of the recordings' disk that one organization may use if no limit is set and there are several
#: organizations.
_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Total:
    """Recordings of one kind. ``seconds`` and ``bytes`` of their files."""

    storage_type: str
    status: str
    count: int
    bytes: int
    seconds: int

    @property
    def storage_label(self) -> str:
        """The storage as a label."""
        return str(Recording.StorageType(self.storage_type).label)

    @property
    def status_label(self) -> str:
        """The status as a label."""
        return str(Recording.Status(self.status).label)


@dataclass(frozen=True, slots=True)
class LibraryUsage:
    """The space that the recordings of one library take."""

    library_id: UUID
    name: str
    organization: str
    count: int
    bytes: int
    seconds: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """All figures; bytes unless said otherwise. ``hours_left``: of sessions that can still be recorded."""

    disk_total: int
    disk_free: int
    disk_reserve: int
    is_disk_low: bool
    hours_left: float
    captures_bytes: int
    processing_bytes: int
    totals: list[Total]
    libraries: list[LibraryUsage]
    bin_count: int
    bin_bytes: int
    kept_count: int
    expiring_count: int
    oldest: Recording | None
    orphans: Orphans | None
    problem: str = ""


def storage_usage() -> Usage:
    """The figures now. ``orphans`` is None, and ``problem`` says why, when a storage does not answer."""
    alive = Recording.objects.alive()
    totals = [
        Total(row["storage_type"], row["status"], row["n"], row["size"] or 0, round(row["length"] or 0))
        for row in alive.order_by()
        .values("storage_type", "status")
        .annotate(n=Count("pk"), size=Sum("file_size"), length=Sum("duration"))
        .order_by("storage_type", "status")
    ]
    library = "session__room__library"
    libraries = [
        LibraryUsage(
            row[library],
            row[f"{library}__name"],
            row[f"{library}__organization__name"],
            row["n"],
            row["size"] or 0,
            round(row["length"] or 0),
            row["oldest"],
        )
        for row in alive.order_by()
        .values(library, f"{library}__name", f"{library}__organization__name")
        .annotate(n=Count("pk"), size=Sum("file_size"), length=Sum("duration"), oldest=Min("created_at"))
        .order_by("-size", library)
    ]
    in_any_bin = (in_bin() | Recording.objects.with_session_in_bin()).values("pk")
    binned = Recording.objects.filter(pk__in=in_any_bin).aggregate(n=Count("pk"), size=Sum("file_size"))
    settings.CAPTURE_DIR.mkdir(parents=True, exist_ok=True)
    whole = shutil.disk_usage(settings.CAPTURE_DIR)
    orphans, problem = None, ""
    try:
        orphans = find_orphans()
    except OSError as error:
        problem = str(error)[:200]
    return Usage(
        disk_total=whole.total,
        disk_free=whole.free,
        disk_reserve=settings.DISK_RESERVE,
        is_disk_low=disk.is_low(),
        hours_left=hours_left(whole.free),
        captures_bytes=_size(settings.CAPTURE_DIR),
        processing_bytes=_size(settings.PROCESSING_DIR),
        totals=totals,
        libraries=libraries,
        bin_count=binned["n"],
        bin_bytes=binned["size"] or 0,
        kept_count=alive.filter(is_kept=True).count(),
        expiring_count=due_in(NOTICE).count(),
        oldest=alive.filter(status=Recording.Status.COMPLETED).order_by("created_at").first(),
        orphans=orphans,
        problem=problem,
    )


def hours_left(free: int) -> float:
    """How many hours can still be recorded before the reserve is reached, at the average rate so far."""
    sums = Recording.objects.filter(status=Recording.Status.COMPLETED, duration__gt=0).aggregate(
        size=Sum("file_size"), length=Sum("duration")
    )
    if sums["length"] and sums["length"] >= timedelta(minutes=10).total_seconds():
        rate = sums["size"] / sums["length"]
    else:
        rate = (settings.CAPTURE_KBPS + _SOUND_KBPS) * 1000 / 8
    return round(max(0, free - settings.DISK_RESERVE) / (max(1.0, rate) * COPIES) / 3600, 1)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def check_share(organization_id: UUID) -> None:
    """Raises StorageFull if the organization's recordings, including the bin, use all of its space.

    So an organization that keeps everything cannot fill the disk for the others.
    """
    kept = Recording.objects.filter(files_deleted_at=None).order_by()
    mine = kept.filter(session__room__library__organization=organization_id)
    if settings.STORAGE_PER_ORGANIZATION:
        if _bytes(mine) >= settings.STORAGE_PER_ORGANIZATION:
            raise StorageFull
    elif Organization.objects.order_by()[1:2].exists():
        local = {"storage_type": Recording.StorageType.LOCAL}
        free = max(0, disk.free_bytes() - settings.DISK_RESERVE)
        if _bytes(mine.filter(**local)) > _SHARE * (_bytes(kept.filter(**local)) + free):
            raise StorageFull


def _bytes(rows: QuerySet[Recording]) -> int:
    return rows.aggregate(size=Sum("file_size"))["size"] or 0
