"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database and in LiveKit."""

from celery import shared_task

from core.ids import parse_uuid
from live import reconcile, services, webhooks
from live.services import bin as session_bin
from sessions import services as session_services


@shared_task(name="live.tasks.reconcile_room", ignore_result=True)
def reconcile_room(session_id: str) -> None:
    """Compare one session with LiveKit. While LiveKit is down nothing happens; a later pass repeats it."""
    known = parse_uuid(session_id)
    if known is not None:
        webhooks.look_begins(known)  # before looking, so that changes from now on ask for another look
        reconcile.reconcile_quietly(known)


@shared_task(name="live.tasks.reconcile_open_sessions", ignore_result=True)
def reconcile_open_sessions() -> None:
    """Compare every open session, and every room of LiveKit, with the other side."""
    reconcile.reconcile_open_sessions()


@shared_task(name="live.tasks.follow_organization", ignore_result=True)
def follow_organization(organization_id: str) -> None:
    """Judge everybody in the sessions of this organization again; if it was closed, end its open sessions."""
    known = parse_uuid(organization_id)
    if known is not None:
        session_services.follow_organization(known)
        services.end_withdrawn()


@shared_task(name="live.tasks.close_abandoned_sessions", ignore_result=True)
def close_abandoned_sessions() -> None:
    """End abandoned sessions, and those of closed organizations."""
    services.close_abandoned()
    services.end_withdrawn()


@shared_task(name="live.tasks.expire_sessions", ignore_result=True)
def expire_sessions() -> None:
    """Expire sessions whose time passed long ago."""
    services.expire_overdue()


@shared_task(name="live.tasks.forget_media_events", ignore_result=True)
def forget_media_events() -> None:
    """Delete old webhooks."""
    webhooks.forget_old()


@shared_task(name="live.tasks.empty_bin", ignore_result=True)
def empty_bin() -> None:
    """Delete for good what has been in the bin for long enough."""
    session_bin.empty_due()


@shared_task(name="live.tasks.forget_logos", ignore_result=True)
def forget_logos() -> None:
    """Delete logos that nothing shows any more."""
    session_bin.forget_logos()
