"""Browsers, identified by a signed cookie, so that a banned person cannot return from the same browser under another
name.

The cookie does not name anybody. It only links the accounts that were used in one browser, and only bans use that.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Device, DeviceUse, User
from core.ids import parse_uuid
from core.prepared import prepared
from core.writes import insert

COOKIE = "device"
_SALT = "accounts.device"


def remember(request: HttpRequest, user: User, response: HttpResponseBase | None = None) -> None:
    """Note that ``user`` is used in the browser that sent ``request``.

    A browser without the cookie, or with a forged one, gets it when there is a ``response`` to set it on.
    """
    named = _named(request)
    if named is not None and _uses.first(device_id=named, user_id=user.pk) is not None:
        return
    device = None if named is None else Device.objects.filter(pk=named).first()
    if device is None and response is not None:
        device = Device()
        insert(device)
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
    named = _named(request)
    return Device.objects.filter(pk=named).first() if named else None


def _named(request: HttpRequest) -> UUID | None:
    """The browser that the cookie names; None without one that we signed."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return None
    try:
        return parse_uuid(signing.loads(cookie, salt=_SALT, max_age=settings.DEVICE_TOKEN_LIFETIME))
    except signing.BadSignature:
        return None


@prepared
def _uses(device_id: UUID, user_id: UUID) -> QuerySet[DeviceUse, int]:
    return DeviceUse.objects.filter(device=device_id, user=user_id).order_by().values_list("pk", flat=True)


def link(device: Device, user: User) -> None:
    """Note that ``user`` is used on ``device``; twice is harmless."""
    use = DeviceUse(device=device, user=user)
    insert(use, update=["device"], unique=["device", "user"])  # one that is there already stays as it is


def sharing_device_with(user_id: UUID) -> QuerySet[User]:
    """Other accounts that were used in a browser of this person."""
    return User.objects.filter(device_uses__device__uses__user=user_id).exclude(pk=user_id).distinct()
