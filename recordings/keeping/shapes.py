"""What staff see of the storage: how much space recordings take, and the results of a clean-up."""

from typing import Self
from uuid import UUID

from pydantic import Field

from core.published import Moment, Published
from recordings.keeping import cleanup, orphans, usage
from recordings.shapes import Recording

#: How many orphans of each kind are listed; the counts cover all.
LISTED = 100


class Disk(Published, name="DiskResponse"):
    """The disk that captures are written to; bytes."""

    total: int
    free: int
    reserve: int = Field(description="With less than this nothing new is recorded.")
    is_low: bool
    hours_left: float = Field(description="Of sessions that can still be recorded.")
    captures: int = Field(description="Parts and HLS segments.")
    processing: int


class StorageTotal(Published, name="StorageTotalResponse"):
    """Recordings in one storage and status."""

    storage_type: str
    status: str
    count: int
    bytes: int
    seconds: int = Field(description="Their duration.")

    @classmethod
    def of(cls, total: usage.Total) -> Self:
        return cls(
            storage_type=total.storage_type,
            status=total.status,
            count=total.count,
            bytes=total.bytes,
            seconds=total.seconds,
        )


class LibraryUsage(Published, name="LibraryUsageResponse"):
    """The space that the recordings of one library take."""

    library_id: UUID
    name: str
    organization: str
    count: int
    bytes: int
    seconds: int
    oldest_at: Moment | None

    @classmethod
    def of(cls, used: usage.LibraryUsage) -> Self:
        return cls(
            library_id=used.library_id,
            name=used.name,
            organization=used.organization,
            count=used.count,
            bytes=used.bytes,
            seconds=used.seconds,
            oldest_at=used.oldest_at,
        )


class Bin(Published, name="BinResponse"):
    """Deleted recordings that can still be restored."""

    count: int
    bytes: int


class Orphan(Published, name="OrphanResponse"):
    """A file, or a folder, without a row."""

    place: str = Field(description="`local`, `s3`, `captures` or `processing`.")
    key: str
    bytes: int

    @classmethod
    def of(cls, orphan: orphans.Orphan) -> Self:
        return cls(place=orphan.place, key=orphan.key, bytes=orphan.bytes)


class Orphans(Published, name="OrphansResponse"):
    """Files without rows, and recordings whose file is missing; of both the first hundred."""

    file_count: int
    bytes: int
    files: list[Orphan]
    row_count: int
    rows: list[str] = Field(description="Ids of recordings.")

    @classmethod
    def of(cls, found: orphans.Orphans) -> Self:
        return cls(
            file_count=len(found.files),
            bytes=found.bytes,
            files=[Orphan.of(orphan) for orphan in found.files[:LISTED]],
            row_count=len(found.rows),
            rows=[str(recording.pk) for recording in found.rows[:LISTED]],
        )


class Storage(Published, name="AdminStorageResponse"):
    """How much space recordings take, and how much is left."""

    disk: Disk
    totals: list[StorageTotal]
    libraries: list[LibraryUsage]
    bin: Bin
    kept_count: int = Field(description="Excluded from retention.")
    expiring_count: int = Field(description="Retention deletes them within a week.")
    oldest: Recording | None
    orphans: Orphans | None = Field(description="null if a storage does not answer.")

    @classmethod
    def of(cls, used: usage.Usage) -> Self:
        disk = Disk(
            total=used.disk_total,
            free=used.disk_free,
            reserve=used.disk_reserve,
            is_low=used.is_disk_low,
            hours_left=used.hours_left,
            captures=used.captures_bytes,
            processing=used.processing_bytes,
        )
        return cls(
            disk=disk,
            totals=[StorageTotal.of(total) for total in used.totals],
            libraries=[LibraryUsage.of(library) for library in used.libraries],
            bin=Bin(count=used.bin_count, bytes=used.bin_bytes),
            kept_count=used.kept_count,
            expiring_count=used.expiring_count,
            oldest=Recording.of(used.oldest) if used.oldest else None,
            orphans=Orphans.of(used.orphans) if used.orphans else None,
        )


class CleanedUp(Published, name="CleanUpResponse"):
    """What was removed, or would be: recordings into the bin, files for good."""

    dry_run: bool
    recordings: list[Recording]
    files: list[Orphan]
    bytes: int

    @classmethod
    def of(cls, cleaned: cleanup.Cleaned) -> Self:
        return cls(
            dry_run=cleaned.dry_run,
            recordings=[Recording.of(recording) for recording in cleaned.recordings],
            files=[Orphan.of(orphan) for orphan in cleaned.files],
            bytes=cleaned.bytes,
        )
