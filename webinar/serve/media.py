"""Everything with pictures and sound that is fetched as files: HLS, and signed links."""

from media import links
from webinar.serve.files import Shown, not_there, send_file
from webinar.serve.hls import HLS
from webinar.serve.pool import Receive, Scope, Send


class MediaFiles:
    """An ASGI application for the addresses that it :meth:`takes`."""

    def __init__(self) -> None:
        self.hls = HLS()

    def takes(self, path: str) -> bool:
        """Whether ``path`` is answered here."""
        return path.startswith(links.PREFIX) or self.hls.takes(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.hls.takes(scope["path"]):
            await self.hls(scope, receive, send)
        else:
            await self._link(scope, receive, send)

    async def _link(self, scope: Scope, receive: Receive, send: Send) -> None:
        link = links.read_file(scope["path"], scope["query_string"].decode("latin-1"))
        path = link.path if link else None
        if link is None or path is None:
            await not_there(scope, send)
            return
        await send_file(scope, receive, send, Shown(path, link.name, "private, max-age=3600"))
