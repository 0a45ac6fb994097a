"""Mails of a session."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.models import User
from mails.delivery import write_mail
from sessions.calendar import MIME_TYPE, calendar_entry
from sessions.models import Invitation
from sessions.people.invitations import link_to_mail


def invitation_mail(invitation: Invitation) -> EmailMessage:
    """The mail with the personal link; times in the zone of the account with this address, else in the host's.

    If the session has a time, a calendar entry is attached.
    """
    session, link = invitation.session, link_to_mail(invitation)
    entry = calendar_entry(
        session, url=link or "", description=_("Your personal link, for you alone: %(link)s") % {"link": link}
    )
    mail = write_mail(
        "sessions/email/invitation.txt",
        subject=_("Your invitation to “%(title)s”") % {"title": session.title},
        to=invitation.email,
        zone=_zone_of(invitation),
        invitation=invitation,
        session=session,
        link=link,
        has_entry=entry is not None,
    )
    if entry is not None:
        mail.attach("webinar.ics", entry, MIME_TYPE)
    return mail


def news_mail(invitation: Invitation, *, before: datetime | None, was_cancelled: bool) -> EmailMessage:
    """What became of the date: a new one (``before`` was the old one), none, cancelled, or on again after that."""
    session = invitation.session
    words = {"title": session.title}
    if session.is_gone:
        subject = _("Cancelled: “%(title)s”") % words
    elif was_cancelled:
        subject = _("“%(title)s” takes place after all") % words
    else:
        subject = _("New date: “%(title)s”") % words
    return write_mail(
        "sessions/email/news.txt",
        subject=subject,
        to=invitation.email,
        zone=_zone_of(invitation),
        invitation=invitation,
        session=session,
        before=before,
        was_cancelled=was_cancelled,
    )


def _zone_of(invitation: Invitation) -> str:
    """That of the account with this address, else the host's."""
    receiver = User.objects.filter(email=invitation.email.lower()).first()
    return (receiver.mail_zone if receiver else "") or invitation.session.room.host.mail_zone
