"""Browsers, identified by a signed cookie, so that a banned person cannot return from the same browser under another
name.

The cookie does not name anybody. It only links the accounts that were used in one browser, and only bans use that.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Device, DeviceUse, User
from core.ids import parse_uuid

COOKIE = "device"
_SALT = "accounts.device"


def remember(request: HttpRequest, user: User, response: HttpResponseBase | None = None) -> None:
    """Note that ``user`` is used in the browser that sent ``request``.

    A browser without the cookie, or with a forged one, gets it when there is a ``response`` to set it on.
    """
    device = device_of(request)
    if device is None and response is not None:
        device = Device.objects.create()
        response.set_cookie(
            COOKIE,
            signing.dumps(str(device.pk), salt=_SALT),
            max_age=int(settings.DEVICE_TOKEN_LIFETIME.total_seconds()),
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    if device is not None:
        link(device, user)


def device_of(request: HttpRequest) -> Device | None:
    """The browser that sent ``request``; None without a cookie that we signed and whose row still exists."""
    try:
        named = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=settings.DEVICE_TOKEN_LIFETIME)
    except signing.BadSignature:
        return None
    device_id = parse_uuid(named)
    return Device.objects.filter(pk=device_id).first() if device_id else None


def link(device: Device, user: User) -> None:
    """Note that ``user`` is used on ``device``; twice is harmless."""
    if device.uses.filter(user=user).exists():
        return
    try:
        with transaction.atomic():
            DeviceUse.objects.create(device=device, user=user)
    except IntegrityError:  # another request noted it just now
        return


def sharing_device_with(user_id: UUID) -> QuerySet[User]:
    """Other accounts that were used in a browser of this person."""
    return User.objects.filter(device_uses__device__uses__user=user_id).exclude(pk=user_id).distinct()
