"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database and in LiveKit."""

from uuid import UUID

from celery import shared_task
from django.core.cache import cache

from core.ids import parse_uuid

_QUEUED_FOR = 30  # seconds after which a lost message no longer holds back new ones
_GATHER = 0.3  # seconds: many webhooks of one room become one look


def queue_reconcile(session_id: UUID) -> None:
    """Ask for a look at the session's media room soon; many requests at once become one."""
    if cache.add(_queued(session_id), 1, _QUEUED_FOR):
        reconcile_room.apply_async([str(session_id)], countdown=_GATHER)


def _queued(session_id: UUID) -> str:
    return f"reconcile-queued:{session_id}"


@shared_task(name="live.tasks.reconcile_room", ignore_result=True)
def reconcile_room(session_id: str) -> None:
    """Compare one session with LiveKit. While LiveKit is down nothing happens; the next look comes by itself."""
    from live import reconcile

    known = parse_uuid(session_id)
    if known is not None:
        cache.delete(_queued(known))  # before looking: what happens from now on asks for another look
        reconcile.reconcile_quietly(known)


@shared_task(name="live.tasks.reconcile_open_sessions", ignore_result=True)
def reconcile_open_sessions() -> None:
    """Compare every open session, and every room that LiveKit has, with the other side."""
    from live import reconcile

    reconcile.reconcile_open_sessions()


@shared_task(name="live.tasks.close_abandoned_sessions", ignore_result=True)
def close_abandoned_sessions() -> None:
    """End what nobody is in any more."""
    from live.services import close_abandoned

    close_abandoned()


@shared_task(name="live.tasks.expire_sessions", ignore_result=True)
def expire_sessions() -> None:
    """Expire sessions whose time passed long ago."""
    from live.services import expire_overdue

    expire_overdue()


@shared_task(name="live.tasks.forget_media_events", ignore_result=True)
def forget_media_events() -> None:
    """Forget old webhooks."""
    from live.webhooks import forget_old

    forget_old()


@shared_task(name="live.tasks.empty_bin", ignore_result=True)
def empty_bin() -> None:
    """Delete for good what has been in the bin for long enough."""
    from live.services import bin as everything

    everything.empty_due()


@shared_task(name="live.tasks.forget_logos", ignore_result=True)
def forget_logos() -> None:
    """Delete logos that nothing shows any more."""
    from live.services import bin as everything

    everything.forget_logos()
