"""HLS over ASGI: playlists for valid grants, and segments for whoever knows their addresses.

The address of a segment is signed for that one file and expires at a full step of time, so that nobody can guess
addresses that were in none of their playlists. Everybody gets the same addresses: each playlist is made once for all,
and caches may share segments.
"""

import gzip
import re
from datetime import timedelta
from uuid import UUID

import structlog
from cachetools import FIFOCache
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from core.ids import parse_uuid
from core.single_flight import SingleFlight
from hls.showing import Showing
from hls.viewers import Viewers, in_thread
from media import links
from media.captures.supervisor import renditions, video
from media.hls import playlists
from media.hls.journal import CaptureLog
from sessions.rights.passes import Pass
from sessions.rights.playback import PATH, GrantExpired, read_grant
from webinar.serve.files import Shown, headers_of, not_there, send_file, start
from webinar.serve.pool import Receive, Scope, Send, refuse
from webinar.serve.validity import captures

logger = structlog.get_logger(__name__)

_SEGMENTS = f"{PATH}s/"
_SEGMENT = re.compile(r"(?P<rendition>[A-Za-z0-9_-]{1,32})/(?:init-\d{1,9}\.mp4|\d{1,12}\.m4s)")
_PLAYLIST = re.compile(r"(?P<kind>index|full|(?:live|full)/(?P<rendition>[A-Za-z0-9_-]{1,32}))\.m3u8")
#: The addresses of segments hold at least so long, and at most STEP longer. While a session is live players ask for the
#: playlist every two seconds; a banned person gets no new addresses, and those they have expire within three minutes.
FOLLOWED = timedelta(minutes=2)
STEP = 60  # seconds
#: After the end players ask for the playlist a last time, and may still play what they have not shown yet.
CLOSING = timedelta(minutes=10)
#: A replay's playlist is requested once: it lasts the replay's length and this time for breaks, at most LONGEST.
BREAKS = timedelta(hours=2)
LONGEST = timedelta(hours=12)
_SOUND_KBPS = 128
_PLAYLISTS = 300  # playlists kept


class HLS:
    """An ASGI application for everything under ``/hls/``."""

    def __init__(self) -> None:
        self._viewers = Viewers()
        self._made: SingleFlight[tuple[object, ...], tuple[bytes, bytes]] = SingleFlight(FIFOCache(_PLAYLISTS))

    def takes(self, path: str) -> bool:
        """Whether this application answers ``path``."""
        return path.startswith(PATH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(_SEGMENTS):
            await self._segment(scope, receive, send)
        elif scope["method"] not in {"GET", "HEAD"}:
            await refuse(scope, send, 405, "method_not_allowed", _("This address does not take that method."))
        else:
            await self._playlist(scope, send)

    async def _segment(self, scope: Scope, receive: Receive, send: Send) -> None:
        capture, _slash, rest = scope["path"].removeprefix(_SEGMENTS).partition("/")
        token, _slash, file = rest.partition("/")
        path = links.path_in("captures", f"{capture}/{file}")
        if path is None or not _SEGMENT.fullmatch(file) or not links.holds(token, *_named(capture, file)):
            await not_there(scope, send)
            return
        capture_id = parse_uuid(capture)
        if capture_id is not None and not await captures.holds(capture_id):
            await not_there(scope, send)
            return
        cache = f"public, max-age={min(3600, links.seconds_left(token))}, immutable"
        await send_file(scope, receive, send, Shown(path, cache=cache))

    async def _playlist(self, scope: Scope, send: Send) -> None:
        pieces = scope["path"].removeprefix(PATH).split("/", 2)
        session_id = parse_uuid(pieces[0])
        asked = _PLAYLIST.fullmatch(pieces[2]) if len(pieces) == 3 else None
        if session_id is None or asked is None:
            await not_there(scope, send)
            return
        try:
            grant = read_grant(pieces[1])
        except GrantExpired:
            await refuse(scope, send, 410, "link_expired", _("This link has expired. Open the webinar's page again."))
            return
        if grant is None or grant.session_id != session_id:
            await not_there(scope, send)
            return
        try:
            await self._answer(scope, send, grant, asked["kind"], asked["rendition"])
        except DatabaseError:
            logger.warning("HLS grants could not be checked: the database does not answer")
            await refuse(scope, send, 503, "unavailable", _("This does not work right now. Try again."), 2)

    async def _answer(self, scope: Scope, send: Send, grant: Pass, kind: str, rendition: str | None) -> None:
        decision = await self._viewers.judge(grant)
        if not decision.may_watch:
            code = "banned" if decision.is_banned else "not_allowed"
            await refuse(scope, send, 403, code, _("You may not watch this."))
            return
        showing = await self._viewers.showing(grant.session_id)
        if showing is None or (showing.is_over and not len(showing.timeline)):
            await not_there(scope, send)
        elif not len(showing.timeline):
            await refuse(scope, send, 503, "hls_starting", _("The stream is starting. Try again in a moment."), 2)
        else:
            await self._send(scope, send, grant.session_id, showing, kind, rendition)

    async def _send(
        self, scope: Scope, send: Send, session_id: UUID, showing: Showing, kind: str, rendition: str | None
    ) -> None:
        if rendition is not None and rendition not in showing.timeline.names:
            await not_there(scope, send)
            return
        until = _until(showing)
        key = (session_id, kind, showing.timeline.version, showing.is_over, until)
        plain, packed = await self._made.get(key, lambda: in_thread(make, showing, kind, rendition, until))
        is_packed = "gzip" in headers_of(scope).get("accept-encoding", "")
        body = packed if is_packed else plain
        headers = {
            "content-type": playlists.CONTENT_TYPE,
            "content-length": str(len(body)),
            "cache-control": "private, no-store",
            "vary": "Accept-Encoding",
        }
        await start(scope, send, 200, headers | ({"content-encoding": "gzip"} if is_packed else {}))
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def make(showing: Showing, kind: str, rendition: str | None, until: int) -> tuple[bytes, bytes]:
    """A playlist, plain and compressed."""
    timeline = showing.timeline

    def address(log: CaptureLog, file: str) -> str:
        capture = log.folder.name
        return f"{_SEGMENTS}{capture}/{until:x}-{links.signature(until, *_named(capture, file))}/{file}"

    if rendition is None:
        folder = "full" if kind == "full" or showing.is_over else "live"
        text = playlists.multivariant(timeline, lambda name: f"{folder}/{name}.m3u8", _ceilings(showing))
    elif kind.startswith("live/"):
        text = playlists.window(timeline, rendition, address, seconds=settings.HLS_WINDOW, is_over=showing.is_over)
    else:
        text = playlists.full(timeline, rendition, address, is_over=showing.is_over)
    plain = text.encode()
    return plain, gzip.compress(plain, compresslevel=5, mtime=0)


def _named(capture: str, file: str) -> tuple[str, str, str]:
    """The values that the signature of a segment's address covers."""
    return "hls", capture, file


def _until(showing: Showing) -> int:
    """When the addresses in a playlist made now expire."""
    if not showing.is_over:
        return links.until_for(FOLLOWED, STEP)
    if not showing.is_replay:
        return links.until_for(CLOSING, STEP)
    return links.until_for(min(timedelta(seconds=showing.timeline.seconds) + BREAKS, LONGEST))


def _ceilings(showing: Showing) -> dict[str, int]:
    """The highest bit rates that encoders may still reach; none once the session is over."""
    if showing.is_over:
        return {}
    main, others = video(), renditions()
    most = {f"{main.height}p": main.max_kbps, **{each.name: each.max_kbps for each in others}}
    return {name: (kbps + _SOUND_KBPS) * 1000 for name, kbps in most.items()}
