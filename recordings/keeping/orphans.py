"""Orphans: files without rows, and rows without files."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from core.ids import parse_uuid
from media.models import Capture
from recordings import storage
from recordings.keeping.bin import keys_of
from recordings.models import Recording

#: Seconds that a file must be unchanged before it counts as an orphan: it may still be being written.
ALONE_FOR = 3600.0


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file or folder without a row. ``place``: a storage type, ``captures`` or ``processing``."""

    place: str
    key: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Orphans:
    """Both kinds."""

    files: list[Orphan]
    rows: list[Recording]

    @property
    def bytes(self) -> int:
        """Bytes of the files."""
        return sum(orphan.bytes for orphan in self.files)


def find_orphans() -> Orphans:
    """Search storages and folders. Raises OSError if a storage does not answer, since nothing is known then."""
    files: list[Orphan] = []
    missing: list[Recording] = []
    for storage_type in {storage.present_type(), Recording.StorageType.LOCAL}:
        there = {each.key: each for each in storage.kept(storage_type)}
        # Recordings that are being stored do not name a storage yet; their keys are the same in all of them.
        is_there = Q(storage_type=storage_type) | Q(phase=Recording.Phase.PROCESSING)
        rows = Recording.objects.filter(is_there, files_deleted_at=None)
        wanted: set[str] = set()
        for recording in rows.select_related("session__room"):
            wanted.update(keys_of(recording))
            is_shown = recording.deleted_at is None and not recording.session.is_gone
            is_finished = recording.status == Recording.Status.COMPLETED and is_shown
            if is_finished and recording.file_path not in there:
                missing.append(recording)
        files += [
            Orphan(str(storage_type), key, each.bytes)
            for key, each in sorted(there.items())
            if key not in wanted and _is_alone(each.modified)
        ]
    files += _folders(
        "captures", settings.CAPTURE_DIR, {str(pk) for pk in Capture.objects.values_list("pk", flat=True)}
    )
    unfinished = Recording.objects.filter(phase=Recording.Phase.PROCESSING, files_deleted_at=None)
    files += _folders(
        "processing", settings.PROCESSING_DIR, {str(pk) for pk in unfinished.values_list("pk", flat=True)}
    )
    return Orphans(files, missing)


def remove_orphan(orphan: Orphan) -> None:
    """Delete one for good. Raises OSError."""
    match orphan.place:
        case "captures" | "processing":
            root: Path = settings.CAPTURE_DIR if orphan.place == "captures" else settings.PROCESSING_DIR
            shutil.rmtree(root / orphan.key)
        case _:
            storage.remove(orphan.place, orphan.key)


def _folders(place: str, root: Path, known: set[str]) -> list[Orphan]:
    """Folders named by an identifier without a row."""
    if not root.is_dir():
        return []
    found = []
    for folder in sorted(root.iterdir()):
        identifier: UUID | None = parse_uuid(folder.name)
        if identifier is None or folder.name in known or not folder.is_dir() or not _is_alone(folder.stat().st_mtime):
            continue
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        found.append(Orphan(place, folder.name, size))
    return found


def _is_alone(modified: float) -> bool:
    return modified < time.time() - ALONE_FOR
