"""Guests on our own pages: Django's session for the visit, and an HttpOnly cookie to recognise the guest next time."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from accounts import credentials, services
from accounts.credentials import InvalidToken
from accounts.models import User

DEVICE_COOKIE = "device_token"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in_guest(request: HttpRequest, response: HttpResponse | None, user: User, device_token: str) -> None:
    """Sign the guest in for this visit and, if a response is given, set their device token as its cookie.

    Without a response the caller sends the token later with :func:`keep_device`.
    """
    login(request, user, backend=_BACKEND)
    if response is not None:
        keep_device(response, device_token)


def keep_device(response: HttpResponse, device_token: str) -> None:
    """Store the device token for a year in a cookie that only our server reads."""
    response.set_cookie(
        DEVICE_COOKIE,
        device_token,
        max_age=int(settings.DEVICE_TOKEN_LIFETIME.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def guest_from_cookie(request: HttpRequest) -> tuple[User, str] | None:
    """The guest of this browser's cookie, and the token that replaces the one in it; None without a valid cookie.

    The caller passes both to :func:`sign_in_guest`.
    """
    token = request.COOKIES.get(DEVICE_COOKIE)
    if not token:
        return None
    try:
        return services.open_device(device_token=token)
    except InvalidToken:
        return None


def guest_of_browser(request: HttpRequest) -> User | None:
    """The guest of this browser's cookie; does not replace the token."""
    return credentials.owner_of_device(request.COOKIES.get(DEVICE_COOKIE, ""))


def forget_guest(request: HttpRequest, response: HttpResponse) -> None:
    """Remove the guest from this browser: its next visitor starts as a new guest, even with the same name."""
    token = request.COOKIES.get(DEVICE_COOKIE)
    if token:
        credentials.revoke_device_token(token)
    response.delete_cookie(DEVICE_COOKIE, samesite="Lax")
