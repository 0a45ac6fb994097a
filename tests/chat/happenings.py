"""How each event about chat and reactions comes to be told."""

from django.utils import timezone

from accounts.person import Person
from chat import services
from chat.models import ChatMessage
from sessions.models import Session


def _message(session, user, text="Hello", **fields):
    values = {"username": user.username, "role": "audience", "published_at": timezone.now(), **fields}
    return ChatMessage.objects.create(session=session, user=user, text=text, **values)


def _held(session, user):
    return _message(session, user, "May I?", status="held", published_at=None)


def _by(user, session):
    return {"actor": Person(user=user), "session": session}


def write(session, guest, host):
    services.send_message(**_by(guest, session), text="Hello")
    services.send_message(**_by(host, session), text="For you", recipient_id=guest.pk)


def hold(session, guest, host):
    Session.objects.filter(pk=session.pk).update(hold_messages=True)
    services.send_message(**_by(guest, session), text="May I?")
    Session.objects.filter(pk=session.pk).update(hold_messages=False)


def decide(session, guest, host):
    services.approve_message(**_by(host, session), message_id=_held(session, guest).pk)
    services.reject_message(**_by(host, session), message_id=_held(session, guest).pk)


def delete(session, guest, host):
    """Each kind there is: a pinned one, a direct one with a report, one that is held."""
    pinned, held = _message(session, guest, pinned_at=timezone.now()), _held(session, guest)
    direct = _message(session, host, "Psst", recipient=guest, recipient_username=guest.username, role="host")
    services.report_message(**_by(guest, session), message_id=direct.pk)
    for message in (pinned, direct, held):
        services.delete_message(**_by(message.user, session), message_id=message.pk)


def clear(session, guest, host):
    _message(session, guest, pinned_at=timezone.now())
    _held(session, guest)
    _message(session, guest, "Psst", recipient=host, recipient_username=host.username)
    services.delete_messages_of(**_by(host, session), user_id=guest.pk)


def pin(session, guest, host):
    services.pin_message(**_by(host, session), message_id=services.send_message(**_by(guest, session), text="Hi").pk)


def report(session, guest, host):
    message = services.send_message(**_by(host, session), text="Buy this")
    services.report_message(**_by(guest, session), message_id=message.pk, reason="An advert")


def close_reports(session, guest, host):
    message = services.send_message(**_by(host, session), text="Buy this")
    services.report_message(**_by(guest, session), message_id=message.pk)
    services.close_reports(**_by(host, session), message_id=message.pk)


def react(session, guest, host):
    services.react(**_by(guest, session), emoji="👏")


def write_to_the_team(session, guest, host):
    services.send_team_message(**_by(host, session), text="Ready?")


def delete_of_the_team(session, guest, host):
    first = services.send_team_message(**_by(host, session), text="Ready?")
    services.send_team_message(**_by(host, session), text="Now?")
    services.delete_team_message(**_by(host, session), message_id=first.pk)


def tell_the_lobby(session, guest, host):
    services.set_lobby_message(**_by(host, session), text="Soon")


HAPPENINGS = {
    "team.message": (True, write_to_the_team),
    "team.deleted": (True, delete_of_the_team),
    "lobby.message": (False, tell_the_lobby),
    "chat.message": (True, write),
    "chat.held": (True, hold),
    "chat.decided": (True, decide),
    "chat.deleted": (True, delete),
    "chat.cleared": (True, clear),
    "chat.pinned": (True, pin),
    "chat.reported": (True, report),
    "chat.reports_closed": (True, close_reports),
    "reaction.counts": (True, react),
}
