"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database."""

from celery import shared_task

from base.ids import parse_uuid


@shared_task(name="recordings.tasks.process_recording", ignore_result=True)
def process_recording(recording_id: str) -> None:
    """Make one stopped recording into a file, as far as that is possible now."""
    from recordings import processing

    known = parse_uuid(recording_id)
    if known is not None:
        processing.process(known)
