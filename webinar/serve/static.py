"""Static files, answered on the event loop: a page requests dozens of them, and none needs a thread or Django."""

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from whitenoise.middleware import WhiteNoiseMiddleware

from tools import setup
from webinar.serve.claims import CannotStart
from webinar.serve.headers import security_headers
from webinar.serve.pool import Receive, Scope, Send

CHUNK = 256 * 1024  # bytes; nearly every file fits into one


logger = structlog.get_logger(__name__)


def bring_up_to_date() -> None:
    """Collect the static files again where one of their sources has changed. Raises CannotStart.

    In DEBUG pages load the sources themselves.
    """
    if settings.DEBUG:
        return
    try:
        has_collected = setup.bring_static_up_to_date()
    except (setup.Failed, OSError) as reason:
        message = _("The static files are not those of this version, and could not be made anew: %(reason)s")
        raise CannotStart(message % {"reason": reason}) from reason
    if has_collected:
        logger.info("The static files were collected for this version")


class StaticFiles:
    """An ASGI application for the files that WhiteNoise found at the start.

    In DEBUG it finds none, because files may change at any time: WhiteNoise's middleware answers then.
    """

    def __init__(self) -> None:
        self._files: dict[str, Any] = WhiteNoiseMiddleware(lambda request: HttpResponse()).files
        self._security = {scheme: security_headers(scheme) for scheme in ("http", "https")}

    def takes(self, path: str) -> bool:
        """Whether ``path`` is one of the files."""
        return path in self._files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {_variable(name): value.decode("latin-1") for name, value in scope["headers"]}
        response = self._files[scope["path"]].get_response(scope["method"], asked)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        headers += self._security[scope["scheme"]]
        await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
        if response.file is not None:
            with response.file as file:
                while len(chunk := file.read(CHUNK)) == CHUNK:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        else:
            chunk = b""
        await send({"type": "http.response.body", "body": chunk})


def _variable(header: bytes) -> str:
    """A header's name in WSGI's spelling."""
    return f"HTTP_{header.decode('latin-1').upper().replace('-', '_')}"
