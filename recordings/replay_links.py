"""Links to what a player fetches: video, poster, pictures for seeking, captions; each opens its file for a while.

People who may watch get new ones each time they ask; after unpublishing nobody does. For a trimmed recording they open
the trimmed file and its pictures only: those contain nothing that the host cut out.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from core.ids import parse_uuid
from media.links import sign_file
from recordings import webvtt
from recordings.models import Recording, TextTrack
from recordings.storage import StorageMissing, signed_url

#: The shortest time that a link opens its file.
LIFETIME = timedelta(hours=1)
_TRACK = "recordings.track"
_SHOWN = ":shown"


def video_url(recording: Recording) -> str | None:
    """The video that is shown (MP4): a path of our own origin, or an address of the bucket that stores it."""
    return _link(recording, recording.shown_path)


def poster_url(recording: Recording) -> str | None:
    """The poster of what is shown: the host's choice, else the automatic one."""
    if recording.is_choice_shown:
        return _link(recording, recording.chosen_path)
    return _link(recording, recording.trimmed_pictures[0] if recording.is_trimmed else recording.poster_path)


def sprite(recording: Recording) -> dict[str, Any] | None:
    """The thumbnails for seeking in what is shown, with their address."""
    if not recording.is_trimmed:
        return whole_sprite(recording)
    layout = (recording.trimmed or {}).get("sprite")
    url = _link(recording, recording.trimmed_pictures[1]) if recording.has_trimmed_file else None
    return {**layout, "url": url} if url and layout else None


def whole_poster_url(recording: Recording) -> str | None:
    """The poster of the whole recording, for those who may see all of it."""
    return _link(recording, recording.chosen_path or recording.poster_path)


def whole_sprite(recording: Recording) -> dict[str, Any] | None:
    """The thumbnails of the whole recording, for those who may see all of it."""
    url = _link(recording, recording.sprite_path)
    return {**recording.sprite, "url": url} if url and recording.sprite else None


def track_url(track: TextTrack, *, is_shown: bool = False) -> str:
    """Where its WebVTT is for an hour, as a path of our own origin. ``is_shown``: of what is shown alone, in the times
    of the video that people watch."""
    token = signing.dumps(f"{track.pk}{_SHOWN}" if is_shown else str(track.pk), salt=_TRACK, compress=False)
    return f"{reverse('text_track', args=[track.pk])}?token={token}"


def opened_track(track_id: UUID, token: str) -> TextTrack | None:
    """The track, when ``token`` opens it now and its recording can be reached; its text is what the token opens."""
    try:
        value = signing.loads(token, salt=_TRACK, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    if parse_uuid(str(value).removesuffix(_SHOWN)) != track_id:
        return None
    tracks = TextTrack.objects.select_related("recording")
    track = tracks.filter(pk=track_id, recording__in=Recording.objects.available().values("pk")).first()
    if track is not None and str(value).endswith(_SHOWN) and track.recording.is_trimmed:
        track.text = webvtt.cut(track.text, track.recording.trim_start or 0.0, track.recording.trim_end)
    return track


def expires_at() -> datetime:
    """Until when links made now are certain to open their files."""
    return timezone.now() + LIFETIME


def _link(recording: Recording, key: str) -> str | None:
    if not key:
        return None
    try:
        return signed_url(recording, key, lifetime=LIFETIME) or sign_file("recordings", key, lifetime=LIFETIME)
    except StorageMissing:
        return None
