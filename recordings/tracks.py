"""Captions of recordings: made from lines written during the session, or uploaded."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from accounts.person import Person
from core.rows import find
from recordings import webvtt
from recordings.errors import RecordingNotReady, TooManyTracks
from recordings.models import Recording, TextTrack
from recordings.replay import lock_recording, record_action
from recordings.webvtt import Cue

MOST_TRACKS = 40
MOST_TEXT = 16 * 1024 * 1024  # characters of all captions of a recording; one more track may begin below it
#: The usual shapes of BCP 47 (RFC 5646): language, script, region, variants; `x-…` for private use.
LANGUAGE_TAG = (
    r"^[A-Za-z]{2,8}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-x(-[A-Za-z0-9]{1,8})+)?\Z"
)


def tracks_of(recording: Recording) -> QuerySet[TextTrack]:
    """The captions of a recording, the default first."""
    return TextTrack.objects.filter(recording=recording)


def find_track(recording: Recording, track_id: object) -> TextTrack:
    """One captions track of it. Raises NotFound."""
    return find(tracks_of(recording), track_id)


def add_track(
    *, actor: Person, recording: Recording, raw: bytes, language: str, label: str = "", is_default: bool = False
) -> TextTrack:
    """Add a WebVTT or SRT file. The first captions of a recording become its default.

    Raises NotFound, NotAllowed, RecordingNotReady, TooManyTracks, and Invalid (field ``file``) with the faulty line.
    """
    if recording.status != Recording.Status.COMPLETED:
        raise RecordingNotReady
    cues = webvtt.read(raw, duration=recording.duration)
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        tracks = TextTrack.objects.filter(recording=locked).annotate(size=Length("text"))
        known, sizes = [], 0
        for has_default, size in tracks.values_list("is_default", "size"):
            known.append(has_default)
            sizes += size
        if len(known) >= MOST_TRACKS or sizes >= MOST_TEXT:
            raise TooManyTracks
        if is_default:
            TextTrack.objects.filter(recording=locked, is_default=True).update(is_default=False)
        track = TextTrack.objects.create(
            recording=locked,
            language=language,
            label=label or name_of_language(language),
            source=TextTrack.Source.UPLOAD,
            text=webvtt.write(cues),
            is_default=is_default or not any(known),
        )
        record_action("recording.captions_added", actor, locked, language=language)
    return track


def update_track(*, actor: Person, recording: Recording, track_id: object, **changes: Any) -> TextTrack:
    """Change the ``label`` of a captions track (empty: the language's own name), or make it the default
    (``is_default``); a default one stays so until another one becomes it.

    Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        track = find_track(locked, track_id)
        if "label" in changes:
            track.label = changes["label"] or name_of_language(track.language)
        if changes.get("is_default") and not track.is_default:
            tracks_of(locked).filter(is_default=True).update(is_default=False)
            track.is_default = True
        track.save(update_fields=["label", "is_default"])
        record_action("recording.captions_changed", actor, locked, language=track.language)
    return track


def delete_track(*, actor: Person, recording: Recording, track_id: object) -> None:
    """Delete one captions track; if it was the default, the first remaining one becomes it.

    Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_recording(actor, recording)
        track = find_track(locked, track_id)
        track.delete()
        _keep_default(locked)
        record_action("recording.captions_deleted", actor, locked, language=track.language)


def replace_captions(recording: Recording, cues: Mapping[str, Sequence[Cue]]) -> None:
    """Store the tracks made from lines of the session: language → its cues. Repeating is harmless."""
    with transaction.atomic():
        Recording.objects.select_for_update(no_key=True).filter(pk=recording.pk).first()
        TextTrack.objects.filter(recording=recording, source=TextTrack.Source.CAPTIONS).delete()
        # The language with the most lines is most likely the spoken one.
        for language in sorted(cues, key=lambda tag: (-len(cues[tag]), tag))[:MOST_TRACKS]:
            TextTrack.objects.create(
                recording=recording,
                language=language,
                label=name_of_language(language),
                source=TextTrack.Source.CAPTIONS,
                text=webvtt.write(cues[language]),
            )
        _keep_default(recording)


def name_of_language(tag: str) -> str:
    """The language's name in itself if known; otherwise its tag."""
    if tag == "und":
        return _("Captions")
    try:
        with override(None):
            return str(get_language_info(tag.lower())["name_local"]).capitalize()
    except KeyError:
        return tag


def _keep_default(recording: Recording) -> None:
    tracks = TextTrack.objects.filter(recording=recording)
    if not tracks.filter(is_default=True).exists():
        first = tracks.order_by("created_at", "id").first()
        if first is not None:
            first.is_default = True
            first.save(update_fields=["is_default"])
