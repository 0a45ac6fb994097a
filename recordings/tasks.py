"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database."""

from celery import shared_task

from core.ids import parse_uuid
from recordings import posters, processing, trimming
from recordings.keeping import bin as recordings_bin
from recordings.keeping import retention, warning

_LONGEST = 12 * 3600  # seconds; each step has its own, much shorter limit


@shared_task(name="recordings.tasks.process_recording", ignore_result=True, time_limit=_LONGEST)
def process_recording(recording_id: str = "") -> None:
    """Process the next due recording, after ``recording_id`` may have become due; then continue, trims first."""
    if processing.process_next() is not None:
        trim_due.delay()
        process_recording.delay()


@shared_task(name="recordings.tasks.process_due", ignore_result=True)
def process_due() -> None:
    """Process what is due; makes up for lost messages."""
    processing.process_due()


@shared_task(name="recordings.tasks.trim_recording", ignore_result=True, time_limit=_LONGEST)
def trim_recording(recording_id: str) -> None:
    """Make the trimmed file of a recording; then process what waited for its place."""
    known = parse_uuid(recording_id)
    if known is not None and trimming.cut(known):
        process_recording.delay()
        trim_due.delay()


@shared_task(name="recordings.tasks.trim_due", ignore_result=True)
def trim_due() -> None:
    """Make missing trimmed files and chosen posters; makes up for lost messages."""
    trimming.cut_due()
    posters.make_due()


@shared_task(name="recordings.tasks.make_poster", ignore_result=True, time_limit=_LONGEST)
def make_poster(recording_id: str) -> None:
    """Make the poster that the host chose for a recording."""
    known = parse_uuid(recording_id)
    if known is not None:
        posters.make(known)


@shared_task(name="recordings.tasks.keep_recordings", ignore_result=True, time_limit=_LONGEST)
def keep_recordings() -> None:
    """Announce what retention will delete, delete what was announced, empty the bin, warn of a full disk."""
    warning.warn_of_full_disk()
    retention.apply()
    recordings_bin.purge_due()
