"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database and in LiveKit."""

from uuid import UUID

from celery import shared_task
from django.core.cache import cache

from base.ids import parse_uuid
from base.mail import sending_invitations

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


@shared_task(name="live.tasks.follow_people", ignore_result=True)
def follow_people(user_ids: list[str]) -> None:
    """Make the media connections of these people fit their rights; a lost message is made up for by the reconcile."""
    from sessions.connections import follow

    follow([known for user_id in user_ids if (known := parse_uuid(user_id)) is not None])


@shared_task(name="live.tasks.follow_room", ignore_result=True)
def follow_room(room_id: str) -> None:
    """Judge everybody in the sessions of this room anew: who may see it, or hosts it, has changed."""
    from sessions import services

    known = parse_uuid(room_id)
    if known is not None:
        services.follow_room(known)


@shared_task(name="live.tasks.keep_hls", ignore_result=True)
def keep_hls() -> None:
    """Begin the HLS that somebody needs, and end what nobody does."""
    from live.hls.need import keep

    keep()


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


@shared_task(name="live.tasks.forget_attendance", ignore_result=True)
def forget_attendance() -> None:
    """Delete attendance whose library keeps it no longer."""
    from sessions import retention

    retention.forget_attendance()


@shared_task(name="live.tasks.cancel_sessions_of_room", ignore_result=True)
def cancel_sessions_of_room(room_id: str) -> None:
    """Tell the open pages of what was still to come in a deleted room."""
    from sessions import services

    known = parse_uuid(room_id)
    if known is not None:
        services.cancel_sessions_of_room(known)


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


@shared_task(name="live.tasks.send_invitation", ignore_result=True)
def send_invitation(invitation_id: str) -> None:
    """Send one invitation; what fails, or finds others being sent, is sent by ``send_due_invitations``."""
    from live.services.roles import deliver

    known = parse_uuid(invitation_id)
    with sending_invitations() as may_send:
        was_sent = may_send and known is not None and deliver(known)
    if was_sent:
        send_due_invitations.delay()  # what came meanwhile


@shared_task(name="live.tasks.send_due_invitations", ignore_result=True)
def send_due_invitations() -> None:
    """Send invitations that are still to be sent."""
    from live.services.roles import deliver_due

    with sending_invitations() as may_send:
        has_more = may_send and deliver_due()
    if has_more:
        send_due_invitations.delay()
