"""Operations about HLS."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import NotAllowed, NotFound, TooMany
from core.limits import Limiter
from hls import services, shapes
from media.errors import CaptureLimit, DiskFull
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionExpired, SessionNotLive
from sessions.rights.capabilities import require
from sessions.rights.playback import may_watch

_ENSURING = [NotFound, NotAllowed, SessionNotLive, SessionEnded, SessionExpired, CaptureLimit, DiskFull]
_ASKED = 20  # a minute and person: allows for a restarting player in several tabs


class HLSViewSet(SessionOperations):
    """HLS of a session."""

    @operation("Sessions", reply=shapes.HLS, errors=_ENSURING)
    def ensure_hls_egress(self, request: Request, session_id: str) -> Response:
        """Keep HLS running until the session ends. Repeating it changes nothing."""
        return self._ensure(session_id)

    @operation("Sessions", reply=shapes.HLS, errors=_ENSURING)
    def start_webcam_hls(self, request: Request, session_id: str) -> Response:
        """Keep HLS of browser media running until the session ends. Repeating it changes nothing."""
        return self._ensure(session_id)

    @operation(
        "Sessions", reply=shapes.HLS, errors=[NotFound, NotAllowed, SessionNotLive, TooMany, CaptureLimit, DiskFull]
    )
    def watch_hls(self, request: Request, session_id: str) -> Response:
        """Get your address of the HLS playlists; starts HLS if it does not run. After the end: of the replay."""
        session, allowed = self.find(session_id)
        require(may_watch(session, allowed))
        assert self.person.user is not None
        Limiter().check("hls", f"{session.pk}:{self.person.user.pk}", _ASKED, 60)
        found = services.watch_hls(actor=self.person, session=session)
        return self.reply(shapes.HLS.of(found), secret=True)

    def _ensure(self, session_id: str) -> Response:
        session, allowed = self.find(session_id)
        require(allowed.leads)
        found = services.ensure_hls(actor=self.person, session=session)
        return self.reply(shapes.HLS.of(found), secret=True)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/ensure_hls_egress", HLSViewSet.as_view({"post": "ensure_hls_egress"})),
    path("sessions/<str:session_id>/start_webcam_hls", HLSViewSet.as_view({"post": "start_webcam_hls"})),
    path("sessions/<str:session_id>/hls", HLSViewSet.as_view({"post": "watch_hls"})),
]
