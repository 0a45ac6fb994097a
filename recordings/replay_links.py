"""Links to what a player fetches: video, poster, pictures for seeking. Whoever has one may fetch that file for a while.

They are given to people who may watch, each time they ask; what is taken back gets no new ones. Of a trimmed recording
they open the trimmed file and pictures of it alone: what the host left out is in none of them.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from media.links import sign_file
from recordings.models import Recording
from recordings.storage import StorageMissing, signed_url

#: How long a link is sure to open its file.
LIFETIME = timedelta(hours=1)


def video_url(recording: Recording) -> str | None:
    """The video that is shown (MP4): a path of our own origin, or an address of the bucket that it is kept in."""
    return _link(recording, recording.shown_path)


def poster_url(recording: Recording) -> str | None:
    """A picture of what is shown."""
    return _link(recording, recording.trimmed_pictures[0] if recording.is_trimmed else recording.poster_path)


def sprite(recording: Recording) -> dict[str, Any] | None:
    """Small pictures for seeking in what is shown, with their address."""
    if not recording.is_trimmed:
        return whole_sprite(recording)
    layout = (recording.trimmed or {}).get("sprite")
    url = _link(recording, recording.trimmed_pictures[1]) if recording.has_trimmed_file else None
    return {**layout, "url": url} if url and layout else None


def whole_poster_url(recording: Recording) -> str | None:
    """A picture of the whole recording, for who may see all of it."""
    return _link(recording, recording.poster_path)


def whole_sprite(recording: Recording) -> dict[str, Any] | None:
    """Small pictures for seeking in the whole recording, for who may see all of it."""
    url = _link(recording, recording.sprite_path)
    return {**recording.sprite, "url": url} if url and recording.sprite else None


def expires_at() -> datetime:
    """Until when links that are made now open their files at least."""
    return timezone.now() + LIFETIME


def _link(recording: Recording, key: str) -> str | None:
    if not key:
        return None
    try:
        return signed_url(recording, key, lifetime=LIFETIME) or sign_file("recordings", key, lifetime=LIFETIME)
    except StorageMissing:
        return None
