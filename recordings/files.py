"""The file behind a signed link: where it is, and what it is called."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from base.ids import parse_uuid
from recordings.errors import LinkExpired
from recordings.links import LIFETIME, read_download
from recordings.models import Recording
from recordings.storage import local_path, signed_url


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A recording's file: ``path`` on this machine, or else ``url`` of the bucket. ``name``: what it is saved as."""

    name: str
    path: Path | None
    url: str | None


def find_file(recording_id: object, token: str) -> RecordedFile | None:
    """What this link opens now; None when the recording, or its file, is gone.

    Raises LinkExpired (forged ones too: nobody learns which), StorageMissing.
    """
    known = parse_uuid(recording_id)
    if known is None or read_download(token) != known:
        raise LinkExpired
    completed = Recording.objects.alive().filter(status=Recording.Status.COMPLETED)
    recording = completed.filter(pk=known).first()
    if recording is None:
        return None
    name = f"{recording.name.strip() or _('Recording')}.mp4"
    url = signed_url(recording, recording.file_path, lifetime=LIFETIME, name=name)
    path = local_path(recording) if url is None else None
    return RecordedFile(name, path, url) if url or path else None
