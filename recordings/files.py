"""The file behind a signed link: its location and download name."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from core.ids import parse_uuid
from recordings.errors import LinkExpired
from recordings.links import LIFETIME, read_download
from recordings.models import Recording
from recordings.storage import local_path, signed_url
from sessions.rights.capabilities import capabilities


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A recording's file: ``path`` on this machine, or else ``url`` of the bucket. ``name``: the file name for
    downloads.
    """

    id: UUID
    name: str
    path: Path | None
    url: str | None


def is_recording_there(recording_id: UUID) -> bool:
    """Whether the recording is accessible: neither it, its session nor its room is in the bin, and its organization is
    active.
    """
    return Recording.objects.available().filter(pk=recording_id).exists()


def find_file(recording_id: object, token: str) -> RecordedFile | None:
    """The file that this link opens now; None if the recording, or its file, is gone.

    Raises LinkExpired (also for forged links and if the person lost the right; the error does not say which),
    StorageMissing.
    """
    known, link = parse_uuid(recording_id), read_download(token)
    if link is None or link.recording_id != known:
        raise LinkExpired
    rows = Recording.objects.alive().select_related(
        "session__room__library__organization", "session__room__host", "session__preset"
    )
    recording = rows.filter(status=Recording.Status.COMPLETED, pk=known).first()
    key = recording and (recording.trimmed_path if link.is_trimmed else recording.file_path)
    if not recording or not key:
        return None
    person = link.given_to.person()
    if person is None or not capabilities(person, recording.session).may_record:
        raise LinkExpired
    name = f"{recording.name.strip() or _('Recording')}.mp4"
    url = signed_url(recording, key, lifetime=LIFETIME, name=name)
    path = local_path(recording, key) if url is None else None
    return RecordedFile(recording.pk, name, path, url) if url or path else None
