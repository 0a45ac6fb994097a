"""Links to what a player fetches: film, poster, pictures for seeking. Whoever has one may fetch that file for a while.

They are given to people who may watch, each time they ask; what is taken back gets no new ones.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from media.links import sign_file
from recordings.models import Recording

#: How long a link is sure to open its file.
LIFETIME = timedelta(hours=1)


def film_url(recording: Recording) -> str | None:
    """The whole film (MP4), as a path of our own origin."""
    return _link(recording.file_path)


def poster_url(recording: Recording) -> str | None:
    """A picture of it."""
    return _link(recording.poster_path)


def sprite(recording: Recording) -> dict[str, Any] | None:
    """Small pictures for seeking, with their address."""
    url = _link(recording.sprite_path)
    return {**recording.sprite, "url": url} if url and recording.sprite else None


def expires_at() -> datetime:
    """Until when links that are made now open their files at least."""
    return timezone.now() + LIFETIME


def _link(key: str) -> str | None:
    return sign_file("recordings", key, lifetime=LIFETIME) if key else None
