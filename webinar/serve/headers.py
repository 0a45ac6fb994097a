"""Security headers of every HTTP answer, whichever part of the process sends it: pages, files, HLS, errors."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware

from webinar.serve.pool import Message, Send


def guarded(send: Send) -> Send:
    """``send`` with missing security headers added: framing, content sniffing, permissions of the page."""
    said = _said()

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[Any] = list(message.get("headers", ()))
            names = {bytes(name).lower() for name, _value in headers}
            message = {**message, "headers": [*headers, *(one for one in said if one[0] not in names)]}
        await send(message)

    return send_guarded


def _said() -> list[tuple[bytes, bytes]]:
    said = {
        "x-content-type-options": "nosniff",
        "x-frame-options": settings.X_FRAME_OPTIONS,
        "referrer-policy": settings.SECURE_REFERRER_POLICY,
        "permissions-policy": settings.PERMISSIONS_POLICY,
    }
    if settings.SECURE_HSTS_SECONDS:
        subdomains = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        preload = "; preload" if settings.SECURE_HSTS_PRELOAD else ""
        said["strict-transport-security"] = f"max-age={settings.SECURE_HSTS_SECONDS}{subdomains}{preload}"
    return [(name.encode(), value.encode()) for name, value in said.items()]


def security_headers(scheme: str) -> list[tuple[bytes, bytes]]:
    """The headers that Django's SecurityMiddleware would add for this scheme."""
    request = WSGIRequest({"REQUEST_METHOD": "GET", "wsgi.url_scheme": scheme, "wsgi.input": BytesIO()})
    response = SecurityMiddleware(lambda _request: HttpResponse()).process_response(request, HttpResponse())
    del response.headers["Content-Type"]
    return [(name.lower().encode(), value.encode()) for name, value in response.items()]
