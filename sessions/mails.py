"""Mails to hosts about their rooms."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from mails.delivery import write_mail
from rooms.models import Room


def room_moved_mail(room: Room, *, host: User, former: User, by: str, tells_new: bool) -> EmailMessage:
    """Tell the new ``host`` of a room, or the ``former`` one; ``by``: the name of who moved it."""
    subject = _("You are the host of “%(title)s”") if tells_new else _("“%(title)s” has another host")
    user = host if tells_new else former
    return write_mail(
        "sessions/email/room_moved.txt",
        subject=subject % {"title": room.title},
        to=user.email,
        tells_new=tells_new,
        user=user,
        room=room,
        host=host,
        former=former,
        by=by,
        link=settings.BASE_URL + reverse("room", args=[room.pk]),
    )
