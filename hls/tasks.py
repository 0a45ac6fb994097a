"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database."""

from celery import shared_task

from hls import demand


@shared_task(name="live.tasks.keep_hls", ignore_result=True)
def keep_hls() -> None:
    """Start the HLS that somebody needs, and end what nobody needs."""
    demand.keep()
