"""Shows every time in the reader's own zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core.zones import known_zones

ZONE_COOKIE = "time_zone"


class TimeZoneMiddleware:
    """Activates the person's chosen zone, else the one their browser reported in a cookie, else the default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie of a sign-in nobody need be looked for.
        chosen = getattr(request.user, "time_zone", "") if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
        name = chosen or request.COOKIES.get(ZONE_COOKIE, "")
        if name and name in known_zones():
            timezone.activate(name)
        else:
            timezone.deactivate()
        try:
            response = self.get_response(request)
            patch_vary_headers(response, ["Cookie"])
            return response
        finally:
            timezone.deactivate()
