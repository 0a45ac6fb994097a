"""Operations that run a session: start, go live, join, end."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import devices
from core.api.throttles import limit_by_network
from core.api.views import operation
from core.errors import NotAllowed, NotFound, TooMany
from live import services, shapes
from live.api.serializers import HostMediaRequest, JoinSessionRequest
from media.errors import MediaUnavailable
from sessions import shapes as sessions
from sessions.api.views import SessionOperations
from sessions.errors import Banned, DoorClosed, RoomHasLiveSession, SessionEnded, SessionExpired, SessionNotLive
from sessions.rights.capabilities import require, require_entry


class LiveViewSet(SessionOperations):
    """Start, go live, end, join, monitor, and the host's camera and microphone."""

    @operation(
        "Sessions",
        request=JoinSessionRequest,
        reply=shapes.JoinedSession,
        errors=[
            NotFound,
            NotAllowed,
            Banned,
            DoorClosed,
            SessionNotLive,
            SessionEnded,
            SessionExpired,
            MediaUnavailable,
            TooMany,
        ],
    )
    def join(self, request: Request, session_id: str) -> Response:
        """Join a session: the crew from scheduled on, the audience while it is live."""
        limit_by_network(request, "join", settings.REGISTER_LIMIT)
        assert self.person.user is not None
        devices.remember(request._request, self.person.user)
        session, allowed = self.find(session_id)
        require_entry(session, allowed)
        asked = self.parse(JoinSessionRequest)
        joined = services.join(
            actor=self.person,
            session=session,
            as_audience=asked.get("as") == "audience",
            former=asked.get("connection_id") or "",
        )
        return self.reply(shapes.JoinedSession.of(joined), secret=True)

    @operation(
        "Sessions",
        reply=shapes.OpenedSession,
        errors=[NotFound, NotAllowed, SessionEnded, SessionExpired, MediaUnavailable],
    )
    def start(self, request: Request, session_id: str) -> Response:
        """Open the backstage: media room and tokens are ready, the audience sees nothing."""
        session, allowed = self.find(session_id)
        require(allowed.may_start)
        opened = services.start(actor=self.person, session=session)
        return self.reply(shapes.OpenedSession.of(opened, self.person), secret=True)

    @operation(
        "Sessions",
        reply=shapes.OpenedSession,
        errors=[NotFound, NotAllowed, SessionEnded, SessionExpired, RoomHasLiveSession, MediaUnavailable],
    )
    def go_live(self, request: Request, session_id: str) -> Response:
        """Go on air and admit the audience."""
        session, allowed = self.find(session_id)
        require(allowed.may_go_live)
        opened = services.go_live(actor=self.person, session=session)
        return self.reply(shapes.OpenedSession.of(opened, self.person), secret=True)

    @operation("Sessions", reply=sessions.Session, errors=[NotFound, NotAllowed])
    def end(self, request: Request, session_id: str) -> Response:
        """End a live session for everyone, or close the backstage of one that never was live."""
        session, allowed = self.find(session_id)
        require(allowed.may_end)
        ended = services.end(actor=self.person, session=session)
        return self.reply(sessions.seen_by(self.person, ended))

    @operation(
        "Sessions",
        request=HostMediaRequest,
        reply=shapes.HostMedia,
        errors=[NotFound, NotAllowed, SessionNotLive, SessionEnded, SessionExpired],
    )
    def host_video_state(self, request: Request, session_id: str) -> Response:
        """Tell everyone whether the host's camera is on; without a body: get its state."""
        session, allowed = self.find(session_id)
        require(allowed.may_set_host_media)
        enabled = self.parse(HostMediaRequest).get("enabled")
        state = services.host_video_state(actor=self.person, session=session, enabled=enabled)
        return self.reply(shapes.HostMedia.of(state))

    @operation(
        "Sessions",
        request=HostMediaRequest,
        reply=shapes.HostMedia,
        errors=[NotFound, NotAllowed, SessionNotLive, SessionEnded, SessionExpired],
    )
    def host_audio_state(self, request: Request, session_id: str) -> Response:
        """Tell everyone whether the host's microphone is on; without a body: get its state."""
        session, allowed = self.find(session_id)
        require(allowed.may_set_host_media)
        enabled = self.parse(HostMediaRequest).get("enabled")
        state = services.host_audio_state(actor=self.person, session=session, enabled=enabled)
        return self.reply(shapes.HostMedia.of(state))

    @operation(
        "Participants",
        reply=shapes.Monitoring,
        errors=[NotFound, NotAllowed, SessionEnded, SessionExpired, MediaUnavailable],
    )
    def connection_check(self, request: Request, session_id: str) -> Response:
        """Get a hidden token to test the network before entering the studio. For crew and speakers."""
        session, allowed = self.find(session_id)
        require(allowed.may_join_backstage)
        token = services.check_connection(actor=self.person, session=session)
        return self.reply(shapes.Monitoring.of(token), secret=True)

    @operation(
        "Sessions",
        reply=shapes.Monitoring,
        errors=[NotFound, NotAllowed, SessionNotLive, SessionEnded, SessionExpired],
    )
    def monitor(self, request: Request, session_id: str) -> Response:
        """Get a token to watch hidden and uncounted, in the backstage too."""
        session, allowed = self.find(session_id)
        require(allowed.may_monitor)
        token = services.monitor(actor=self.person, session=session)
        return self.reply(shapes.Monitoring.of(token), secret=True)
