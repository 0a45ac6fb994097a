"""The ASGI application: files, pages and API in a pool of threads, the socket, LiveKit's signalling."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
# LiveKit's clients put their whole join request into the address; the websockets library allows 8 KiB by default.
os.environ.setdefault("WEBSOCKETS_MAX_LINE_LENGTH", "65536")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

_pages = get_wsgi_application()

from encoders.gateway import EncoderAuthorizer  # noqa: E402
from sockets.consumer import SocketConsumer  # noqa: E402 — after the settings
from sockets.tickets import SOCKET_PATH  # noqa: E402
from webinar.serve.headers import guarded  # noqa: E402
from webinar.serve.media import MediaFiles  # noqa: E402
from webinar.serve.pool import PooledWSGI, Receive, Scope, Send  # noqa: E402
from webinar.serve.proxy import LiveKitProxy  # noqa: E402
from webinar.serve.static import StaticFiles  # noqa: E402


class Application:
    """Routes each connection to the part that answers it."""

    def __init__(self) -> None:
        self.pool = PooledWSGI(_pages, threads=settings.WSGI_THREADS, queue=settings.WSGI_QUEUE)
        self.static = StaticFiles()
        self.media = MediaFiles()
        self.proxy = None
        if settings.LIVEKIT_EMBEDDED:
            self.proxy = LiveKitProxy(settings.LIVEKIT_PROXY_PATH, EncoderAuthorizer().admit_whip)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = guarded(send)
        if self.proxy is not None and scope["type"] != "lifespan" and self.proxy.takes(scope["path"]):
            await self.proxy(scope, receive, send)
        elif scope["type"] == "http" and self.static.takes(scope["path"]):
            await self.static(scope, receive, send)
        elif scope["type"] == "http" and self.media.takes(scope["path"]):
            await self.media(scope, receive, send)
        elif scope["type"] == "http":
            await self.pool(scope, receive, send)
        elif scope["type"] == "websocket":
            if scope["path"] == SOCKET_PATH:
                await SocketConsumer()(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4404})
        else:
            await _lifespan(receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Nothing is opened or closed with the server itself; just acknowledge the events."""
    while True:
        phase = (await receive())["type"]
        await send({"type": f"{phase}.complete"})
        if phase == "lifespan.shutdown":
            return


application = Application()
