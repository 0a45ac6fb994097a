"""An organization's share of the room for recordings: one that keeps everything does not fill the disk for all."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum

from accounts.models import Organization
from media import disk
from recordings.errors import StorageFull
from recordings.models import Recording

#: Where no limit is set: of the room on the disk for recordings, as soon as there is another organization.
_SHARE = 0.8


def check_share(organization_id: UUID) -> None:
    """Raises StorageFull when the organization's recordings, the bin included, take all the room that they may."""
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
