"""All media files: HLS, downloads of recordings, and signed links."""

import re
from functools import partial
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from core.errors import Problem
from hls.viewers import in_thread
from media import links
from recordings.files import find_file
from webinar.serve.files import Shown, not_there, send_file, start
from webinar.serve.hls import HLS
from webinar.serve.pool import Receive, Scope, Send, refuse
from webinar.serve.validity import link_holds, recordings

_RECORDING = re.compile(r"/v1/webinar/recordings/(?P<id>[^/]+)/file")


class MediaFiles:
    """An ASGI application for the addresses that it :meth:`takes`."""

    def __init__(self) -> None:
        self.hls = HLS()

    def takes(self, path: str) -> bool:
        """Whether this application answers ``path``."""
        return path.startswith(links.PREFIX) or self.hls.takes(path) or _RECORDING.fullmatch(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.hls.takes(scope["path"]):
            await self.hls(scope, receive, send)
        elif recording := _RECORDING.fullmatch(scope["path"]):
            await self._recording(recording["id"], scope, receive, send)
        else:
            await self._link(scope, receive, send)

    async def _recording(self, recording_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """See ``recordings.api.files``, which describes it."""
        if scope["method"] not in {"GET", "HEAD"}:
            await refuse(scope, send, 405, "method_not_allowed", _("This address does not take that method."))
            return
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        try:
            found = await in_thread(find_file, recording_id, token)
        except Problem as problem:
            await refuse(scope, send, problem.status, problem.code, str(problem.sentence))
            return
        if found is None:
            await not_there(scope, send)
        elif found.url is not None:
            await start(scope, send, 302, {"location": found.url, "cache-control": "private, no-store"})
            await send({"type": "http.response.body", "body": b""})
        elif found.path is not None:
            holds = partial(recordings.holds, found.id)
            await send_file(scope, receive, send, Shown(found.path, found.name, "private, no-cache", holds))

    async def _link(self, scope: Scope, receive: Receive, send: Send) -> None:
        link = links.read_file(scope["path"], scope["query_string"].decode("latin-1"))
        path = link.path if link else None
        if link is None or path is None:
            await not_there(scope, send)
            return
        holds = partial(link_holds, link.root, link.key)
        if not await holds():
            await not_there(scope, send)
            return
        await send_file(scope, receive, send, Shown(path, link.name, "private, max-age=3600", holds))
