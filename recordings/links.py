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


def sign_download(recording: Recording) -> tuple[str, datetime]:
    """Where its file can be had, as a path of our own origin, and until when."""
    expires_at = timezone.now() + LIFETIME
    token = signing.dumps(str(recording.pk), salt=_SALT, compress=False)
    return PATH.format(recording=recording.pk, token=token), expires_at


def read_download(token: str) -> UUID | None:
    """The recording that this token opens now, or None. The recording itself may be gone."""
    try:
        value = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return parse_uuid(value)
