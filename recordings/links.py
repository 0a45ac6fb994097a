"""Signed links to files: each opens one recording, for an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone

from base.ids import parse_uuid
from recordings.models import Recording

LIFETIME = timedelta(hours=1)
PATH = "/v1/webinar/recordings/{recording}/file?token={token}"
_SALT = "recordings.download"
_TRIMMED = ":trimmed"


def sign_download(recording: Recording, *, is_trimmed: bool = False) -> tuple[str, datetime]:
    """Where its file can be had, as a path of our own origin, and until when. ``is_trimmed``: that of its span."""
    expires_at = timezone.now() + LIFETIME
    value = f"{recording.pk}{_TRIMMED}" if is_trimmed else str(recording.pk)
    token = signing.dumps(value, salt=_SALT, compress=False)
    return PATH.format(recording=recording.pk, token=token), expires_at


def read_download(token: str) -> tuple[UUID, bool] | None:
    """The recording that this token opens now, and whether its trimmed file is meant; None for a token that does not
    hold. The recording itself may be gone."""
    try:
        value = str(signing.loads(token, salt=_SALT, max_age=LIFETIME))
    except signing.BadSignature:
        return None
    known = parse_uuid(value.removesuffix(_TRIMMED))
    return None if known is None else (known, value.endswith(_TRIMMED))
