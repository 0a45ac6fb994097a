"""Signed links to files: each opens one recording, for an hour, while its person has the right to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.person import Person
from core.ids import parse_uuid
from recordings.models import Recording
from sessions.rights.passes import Pass, open_pass

LIFETIME = timedelta(hours=1)
PATH = "/v1/webinar/recordings/{recording}/file?token={token}"
_SALT = "recordings.download"
_TRIMMED = ":trimmed"


@dataclass(frozen=True, slots=True)
class DownloadLink:
    """What a link opens, and for whom. ``is_trimmed``: the trimmed file."""

    recording_id: UUID
    is_trimmed: bool
    given_to: Pass


def sign_download(recording: Recording, person: Person, *, is_trimmed: bool = False) -> tuple[str, datetime]:
    """A path of our own origin from which ``person``, a known one, can fetch the file, and its expiry."""
    expires_at = timezone.now() + LIFETIME
    value = f"{recording.pk}{_TRIMMED}" if is_trimmed else str(recording.pk)
    token = Pass.of(person, recording.session).signed(_SALT, value)
    return PATH.format(recording=recording.pk, token=token), expires_at


def read_download(token: str) -> DownloadLink | None:
    """What this token opens; None if it is invalid. The recording itself may be gone."""
    opened = open_pass(token, _SALT, LIFETIME)
    if opened is None:
        return None
    given_to, value = opened
    known = parse_uuid(value.removesuffix(_TRIMMED))
    return None if known is None else DownloadLink(known, value.endswith(_TRIMMED), given_to)
