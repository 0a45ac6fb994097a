"""Mails of a session."""

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
    receiver = User.objects.filter(email=invitation.email.lower()).first()
    mail = write_mail(
        "sessions/email/invitation.txt",
        subject=_("Your invitation to “%(title)s”") % {"title": session.title},
        to=invitation.email,
        zone=(receiver.mail_zone if receiver else "") or session.room.host.mail_zone,
        invitation=invitation,
        session=session,
        link=link,
        has_entry=entry is not None,
    )
    if entry is not None:
        mail.attach("webinar.ics", entry, MIME_TYPE)
    return mail
