"""What a process answers that has not all parts: its own, its health, and a sentence for all the rest."""

from typing import Any

from django.utils.translation import gettext as _

from sockets.tickets import SOCKET_PATH
from webinar.serve.parts import PAGES, SOCKETS, Parts
from webinar.serve.pool import Receive, Scope, Send, refuse

HEALTH = ("/v1/webinar/health", "/v1/webinar/health/ready")
MISDIRECTED = 421  # RFC 9110, 15.5.20: the proxy in front sent it to the wrong place


def only(application: Any, parts: Parts) -> Any:
    """``application`` as a process with these parts shows it."""
    return application if {PAGES, SOCKETS} <= set(parts) else Only(application, parts)


class Only:
    """An ASGI application that hands on what belongs to ``parts``."""

    def __init__(self, application: Any, parts: Parts) -> None:
        self._application, self._parts = application, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in HEALTH or self._part_of(scope) in self._parts:
            await self._application(scope, receive, send)
            return
        sentence = _("This process runs %(parts)s alone. What you ask for is answered by one that runs %(part)s.")
        sentence %= {"parts": ", ".join(self._parts), "part": self._part_of(scope)}
        if scope["type"] == "websocket":
            await receive()  # websocket.connect
            await _refuse_socket(scope, send, sentence)
        else:
            await refuse(scope, send, MISDIRECTED, "misdirected", sentence)

    @staticmethod
    def _part_of(scope: Scope) -> str:
        return SOCKETS if scope["type"] == "websocket" and scope["path"] == SOCKET_PATH else PAGES


async def _refuse_socket(scope: Scope, send: Send, sentence: str) -> None:
    """Before it is accepted, as an answer over HTTP; a proxy's log shows its status."""

    async def send_before(message: Any) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await refuse({**scope, "method": "GET"}, send_before, MISDIRECTED, "misdirected", sentence)
