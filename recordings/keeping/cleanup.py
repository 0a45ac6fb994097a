"""Clean-up by staff: first a dry run, then the same for real."""

from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.utils import timezone

from accounts.models import User
from audit.services import record
from core.errors import NotFound
from recordings.keeping.bin import move_to_bin
from recordings.keeping.orphans import Orphan, find_orphans, remove_orphan
from recordings.models import Recording

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Cleaned:
    """What was, or would be, removed: ``recordings`` into the bin, ``files`` for good."""

    dry_run: bool
    recordings: list[Recording] = field(default_factory=list)
    files: list[Orphan] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Bytes of all of it; what goes into the bin frees its space later."""
        return sum(each.file_size or 0 for each in self.recordings) + sum(orphan.bytes for orphan in self.files)


def clean_up(*, by: User, dry_run: bool, older_than_days: int | None = None, orphans: bool = False) -> Cleaned:
    """Move finished recordings that are older, and not excluded, to the bin; with ``orphans`` delete files without
    rows, and move rows without files to the bin too.

    Raises OSError if a storage does not answer: nothing is done then.
    """
    cleaned = Cleaned(dry_run)
    if older_than_days is not None:
        before = timezone.now() - timedelta(days=older_than_days)
        finished = Recording.objects.alive().filter(phase=Recording.Phase.DONE, is_kept=False, created_at__lte=before)
        cleaned.recordings += finished.order_by("created_at", "id")
    if orphans:
        found = find_orphans()
        cleaned.files += found.files
        listed = {recording.pk for recording in cleaned.recordings}
        cleaned.recordings += [recording for recording in found.rows if recording.pk not in listed]
    if not dry_run:
        _do(cleaned, by)
    return cleaned


def _do(cleaned: Cleaned, by: User) -> None:
    gone: list[Recording] = []
    for recording in cleaned.recordings:
        try:
            gone.append(move_to_bin(recording, by=by))
        except NotFound:
            continue  # somebody else did it in the meantime
    removed: list[Orphan] = []
    for orphan in cleaned.files:
        try:
            remove_orphan(orphan)
        except OSError as error:
            logger.warning("An orphaned file could not be removed", key=orphan.key, why=str(error))
            continue
        removed.append(orphan)
    cleaned.recordings, cleaned.files = gone, removed
    record("storage.cleaned", actor=by.pk, recordings=len(gone), files=len(removed), bytes=cleaned.bytes)
