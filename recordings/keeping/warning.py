"""Mails staff about a full disk, once a day while it is full."""

import structlog
from django.conf import settings
from django.core.cache import cache
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from mails.delivery import MailError, plain_mail
from media import disk
from recordings.keeping.usage import hours_left

logger = structlog.get_logger(__name__)

_WARNED = "recordings-disk-low"
_AGAIN_AFTER = 24 * 3600


def warn_of_full_disk() -> bool:
    """Mail all staff if nothing new can be recorded; returns whether a mail was due."""
    if not disk.is_low():
        cache.delete(_WARNED)
        return False
    free = disk.free_bytes()
    logger.warning("The disk is nearly full: nothing new is recorded", free=free, reserve=settings.DISK_RESERVE)
    if not cache.add(_WARNED, 1, _AGAIN_AFTER):
        return False
    staff = User.objects.filter(is_staff=True, is_active=True)
    addresses = [address for address in staff.values_list("email", flat=True) if address]
    text = _(
        "Only %(free)s are free on the disk of recordings; %(reserve)s are kept in reserve. Nothing new is recorded "
        "until there is more room. Hours that still fit: %(hours)s.\n\n"
        "What takes the room, and what can go:\n%(link)s\n"
    ) % {
        "free": filesizeformat(free),
        "reserve": filesizeformat(settings.DISK_RESERVE),
        "hours": hours_left(free),
        "link": settings.BASE_URL + reverse("admin:recordings_recording_storage"),
    }
    subject = _("The disk is nearly full: nothing new is recorded")
    try:
        for address in addresses:
            plain_mail(text, subject=subject, to=address).send()
    except MailError as error:
        logger.warning("A mail about the full disk could not be sent", why=str(error))
        cache.delete(_WARNED)
        return False
    return bool(addresses)
