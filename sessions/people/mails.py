"""Mails of a session."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.zones import known_zones
from sessions.calendar import MIME_TYPE, calendar_entry
from sessions.models import Invitation
from sessions.people.invitations import link_to_mail


def invitation_mail(invitation: Invitation) -> EmailMessage:
    """The personal link, for the person it is for; times in the host's zone, with its name.

    Of a session that has its time it brings an entry for calendars.
    """
    session, link = invitation.session, link_to_mail(invitation)
    entry = calendar_entry(
        session, url=link or "", description=_("Your personal link, for you alone: %(link)s") % {"link": link}
    )
    zone = session.room.host.time_zone
    with timezone.override(zone if zone in known_zones() else None):
        context = {"invitation": invitation, "session": session, "link": link, "has_entry": entry is not None}
        text = render_to_string("sessions/email/invitation.txt", context)
    subject = _("Your invitation to “%(title)s”") % {"title": session.title}
    # A title of several lines would be several headers.
    mail = EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    if entry is not None:
        mail.attach("webinar.ics", entry, MIME_TYPE)
    return mail
