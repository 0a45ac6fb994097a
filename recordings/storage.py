"""Where finished recordings are stored: a folder of this machine, or an S3-compatible bucket.

Keys such as ``<library>/<session>/<recording>.mp4`` are the same in both; nothing else is published about a file's
place.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable
from media.processing.files import Progress, draft_of, ignore_progress
from recordings.models import Recording

CHUNK = 1 << 20
#: The ending of the key of each file of a recording.
ENDINGS = {"video": ".mp4", "poster": "-poster.jpg", "sprite": "-sprite.jpg"}


class StorageMissing(Unavailable):
    """The storage that a recording is in is no longer configured."""

    code = "storage_unavailable"
    sentence = _("The storage that holds this recording is not available right now.")


class RecordingsFolder(FileSystemStorage):
    """The folder; only the product's own user can read it."""

    def __init__(self) -> None:
        super().__init__(
            location=settings.RECORDINGS_DIR, file_permissions_mode=0o600, directory_permissions_mode=0o700
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a storage; ``modified`` in Unix seconds."""

    key: str
    bytes: int
    modified: float


def present_type() -> Recording.StorageType:
    """The storage type of new recordings."""
    return Recording.StorageType.LOCAL if isinstance(_present(), FileSystemStorage) else Recording.StorageType.S3


def storage_of(storage_type: str) -> Storage:
    """The storage for recordings of this type, including the one configured before.

    Raises StorageMissing.
    """
    if storage_type == present_type():
        return _present()
    if storage_type == Recording.StorageType.LOCAL:
        return RecordingsFolder()
    raise StorageMissing


def key_of(recording: Recording, ending: str) -> str:
    """The key of its file: made of identifiers only, so that no user input gets into a path."""
    return f"{recording.session.room.library_id}/{recording.session_id}/{recording.pk}{ending}"


def put(path: Path, key: str, progress: Progress = ignore_progress) -> None:
    """Store a copy of a file under ``key``, replacing an existing one. Raises OSError.

    On this machine's own disk the copy is a hard link where the disk supports it.
    """
    storage = _present()
    if isinstance(storage, FileSystemStorage):
        target = Path(storage.path(key))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with draft_of(target) as draft:
            _copy(path, draft)
        progress(1.0)
        return
    with path.open("rb") as file:
        if not _is_bucket(storage):  # replaces the old file once the new one is complete
            storage.delete(key)
        watched: Any = _Watched(file, path.stat().st_size, progress)
        saved = storage.save(key, File(watched, name=path.name))
    if saved != key:
        raise OSError(f"The storage saved {key} under another name.")


def put_beside(recording: Recording, path: Path, key: str) -> None:
    """Store a copy of a file beside the recording's own file. Raises OSError, StorageMissing."""
    if recording.storage_type == present_type():
        put(path, key)
    elif recording.storage_type == Recording.StorageType.LOCAL:
        target = Path(RecordingsFolder().path(key))
        with draft_of(target) as draft:
            _copy(path, draft)
    else:
        raise StorageMissing


def measure(storage_type: str, key: str, progress: Progress = ignore_progress) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and length of what the storage returns for ``key``. Raises OSError."""
    total, done, digest = max(1, storage_of(storage_type).size(key)), 0, hashlib.sha256()
    with opened(storage_type, key) as stream:
        while data := stream.read(CHUNK):
            digest.update(data)
            done += len(data)
            progress(min(1.0, done / total))
    return digest.hexdigest(), done


def remove(storage_type: str, key: str) -> None:
    """Delete a file; harmless if it does not exist. Raises OSError."""
    storage_of(storage_type).delete(key)


def exists(storage_type: str, key: str) -> bool:
    """Whether there is a file with this key."""
    return bool(key) and storage_of(storage_type).exists(key)


def kept(storage_type: str) -> Iterator[Kept]:
    """All files of a storage, in any order."""
    storage = storage_of(storage_type)
    if _is_bucket(storage):
        for key, size, modified in cast("Any", storage).list_all():
            yield Kept(key, size, modified)
    elif isinstance(storage, FileSystemStorage):
        root = Path(storage.location)
        for folder, _folders, names in os.walk(root):
            for name in names:
                path = Path(folder) / name
                with contextlib.suppress(FileNotFoundError):
                    found = path.stat()
                    yield Kept(path.relative_to(root).as_posix(), found.st_size, found.st_mtime)


def local_path(recording: Recording, key: str | None = None) -> Path | None:
    """Its local file, or that of another of its keys; None if it is elsewhere or missing."""
    wanted = recording.file_path if key is None else key
    if recording.storage_type != Recording.StorageType.LOCAL or not wanted:
        return None
    path = Path(RecordingsFolder().path(wanted))
    return path if path.is_file() else None


def signed_url(recording: Recording, key: str, *, lifetime: timedelta, name: str = "") -> str | None:
    """The bucket's own address for this file, valid for this long; None for files on this machine.

    ``name``: the file name of a download; without it the file is shown.
    """
    if recording.storage_type != Recording.StorageType.S3:
        return None
    storage: Any = storage_of(recording.storage_type)
    parameters = {}
    if name:
        safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " ._-") else "_" for sign in name)
        parameters["ResponseContentDisposition"] = f'attachment; filename="{safe}"'
    return str(storage.url(key, parameters=parameters, expire=int(lifetime.total_seconds())))


def _present() -> Storage:
    return storages["recordings"]


def _is_bucket(storage: Storage) -> bool:
    """Checked without importing the bucket's libraries."""
    return hasattr(storage, "list_all")


def _copy(path: Path, draft: Path) -> None:
    try:
        os.link(path, draft)
    except OSError:
        shutil.copyfile(path, draft)
    draft.chmod(0o600)


@contextlib.contextmanager
def opened(storage_type: str, key: str) -> Iterator[Any]:
    """A stream of a file's bytes, read as they are needed. Raises OSError, StorageMissing."""
    storage = storage_of(storage_type)
    if _is_bucket(storage):
        with cast("Any", storage).stream(key) as body:
            yield body
    else:
        with storage.open(key, "rb") as file:
            yield file


class _Watched:
    """A file that reports how much of it was read."""

    def __init__(self, file: IO[bytes], total: int, progress: Progress) -> None:
        self._file, self._total, self._progress = file, max(1, total), progress

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._progress(min(1.0, self._file.tell() / self._total))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
