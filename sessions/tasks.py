"""Thin wrappers for Celery. Messages are nudges: what is due stands in the database."""

from celery import shared_task

from accounts.models import User
from core.ids import parse_uuid
from mails.places import AccountMail, sending_invitations
from rooms.models import Room
from sessions import services
from sessions.livekit.enforcement import follow
from sessions.mails import room_moved_mail
from sessions.people import news, retention
from sessions.people.services import deliver, deliver_due


@shared_task(name="live.tasks.follow_people", ignore_result=True)
def follow_people(user_ids: list[str]) -> None:
    """Make the media connections of these people match their rights; the reconcile makes up for a lost message."""
    follow([known for user_id in user_ids if (known := parse_uuid(user_id)) is not None])


@shared_task(name="live.tasks.follow_room", ignore_result=True)
def follow_room(room_id: str) -> None:
    """Judge everybody in the sessions of this room again: who may see or host it has changed."""
    known = parse_uuid(room_id)
    if known is not None:
        services.follow_room(known)


@shared_task(name="live.tasks.forget_attendance", ignore_result=True)
def forget_attendance() -> None:
    """Delete attendance at the end of its library's retention."""
    retention.forget_attendance()


@shared_task(name="live.tasks.cancel_sessions_of_room", ignore_result=True)
def cancel_sessions_of_room(room_id: str) -> None:
    """Tell open pages of future sessions in a deleted room."""
    known = parse_uuid(room_id)
    if known is not None:
        services.cancel_sessions_of_room(known)


@shared_task(name="live.tasks.send_invitation", ignore_result=True)
def send_invitation(invitation_id: str) -> None:
    """Send one invitation; if that fails, or others are being sent, ``send_due_invitations`` sends it."""
    known = parse_uuid(invitation_id)
    with sending_invitations() as may_send:
        was_sent = may_send and known is not None and deliver(known)
    if was_sent:
        send_due_invitations.delay()  # invitations that became due meanwhile


@shared_task(name="live.tasks.send_due_invitations", ignore_result=True)
def send_due_invitations() -> None:
    """Send due invitations, and news to those who were invited."""
    with sending_invitations() as may_send:
        has_more = may_send and any([deliver_due(), news.tell_due()])
    if has_more:
        send_due_invitations.delay()


@shared_task(
    name="live.tasks.send_room_moved",
    base=AccountMail,
    autoretry_for=(OSError,),
    retry_backoff=15,
    max_retries=8,
    ignore_result=True,
)
def send_room_moved(room_id: str, host_id: str, former_id: str, by: str, *, tells_new: bool) -> None:
    """Tell a room's new host or the former one; an unreachable mail server is retried for about an hour."""
    room = Room.objects.alive().filter(pk=room_id).first()
    people = User.objects.filter(is_active=True).in_bulk([host_id, former_id])
    host, former = (people.get(parse_uuid(each)) for each in (host_id, former_id))
    told = host if tells_new else former
    if room is not None and host is not None and former is not None and told is not None and told.email:
        room_moved_mail(room, host=host, former=former, by=by, tells_new=tells_new).send()
