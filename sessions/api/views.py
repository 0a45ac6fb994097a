"""Operations on sessions that change nothing else; the others are in ``live.api``."""

from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import PAGING, SuccessResponse, id_in_query, operation, page_of, word_in_query
from core.errors import LimitReached, NotAllowed, NotFound, TooMany
from core.texts import clean_line
from rooms.api.views import page_reply
from rooms.permissions import Memberships, may_run_sessions
from rooms.queries import find_room
from sessions import copies, lists, queries, services, shapes
from sessions.api.serializers import (
    CreateSessionRequest,
    DuplicateSessionRequest,
    RepeatSessionRequest,
    RescheduleSessionRequest,
    UpdateSessionRequest,
    UpdateSessionSettingsRequest,
)
from sessions.errors import BackstageIsOpen, SessionEnded, SessionIsLive
from sessions.models import Session, SessionQuerySet
from sessions.rights.capabilities import Capabilities, require

_SEARCH = (
    OpenApiParameter("q", str, description="Sessions with this in their title, whatever its case."),
    OpenApiParameter("status", enum=Session.Status.values),
    OpenApiParameter("room_id", OpenApiTypes.UUID),
    OpenApiParameter(
        "sort", enum=lists.Order.values, default=lists.Order.NEWEST.value, description="“date”: of the start."
    ),
)


def _page(view: ApiViewSet, request: Request, rows: SessionQuerySet, *, secret: bool) -> Response:
    """One page of sessions as the caller sees them."""
    every = partial(shapes.all_seen_by, view.person)
    return page_reply(view, request, "sessions", rows, shapes.Sessions, every=every, secret=secret)


def _reply_created(view: ApiViewSet, created: services.CreatedSession) -> Response:
    session = shapes.seen_by(view.person, created.session)
    reply = shapes.CreatedSession(session=session, rtmp_url=created.rtmp_url, stream_key=created.stream_key)
    return view.reply(reply, status=201, secret=True)


class RoomSessionViewSet(ApiViewSet):
    """Sessions of one room."""

    @operation("Sessions", reply=shapes.Sessions, errors=[NotFound, NotAllowed], parameters=PAGING)
    def list_in_room(self, request: Request, room_id: str) -> Response:
        """List the sessions of a room of yours, newest first."""
        room = self._room(room_id)
        return _page(self, request, queries.sessions_of_room(room), secret=True)

    @operation(
        "Sessions",
        request=CreateSessionRequest,
        reply=shapes.CreatedSession,
        status=201,
        errors=[NotFound, NotAllowed, LimitReached],
        idempotent=lambda view, room_id: view._room(room_id),
    )
    def create(self, request: Request, room_id: str) -> Response:
        """Create a session in a room of yours."""
        room = self._room(room_id)
        fields = self.parse(CreateSessionRequest)
        created = services.create_session(actor=self.person, room=room, **fields)
        return _reply_created(self, created)

    def _room(self, room_id: str) -> Any:
        """The room, whose sessions the caller manages: 404 before 403."""
        room = find_room(self.person, room_id)
        if not may_run_sessions(Memberships.of(self.person), room):
            raise NotAllowed
        return room


class SessionOperations(ApiViewSet):
    """Base of operations on one session: find it, then ask the capability."""

    def find(self, session_id: str) -> tuple[Session, Capabilities]:
        """The session and what the caller may do in it. Raises NotFound."""
        return queries.find_with_rights(self.person, session_id)

    def downloaded(self, session: Session, what: str, response: HttpResponseBase) -> HttpResponseBase:
        """Return ``response`` after recording the download of ``what`` in the audit log."""
        services.record_download(actor=self.person, session=session, what=what)
        return response


class SessionViewSet(SessionOperations):
    """Sessions."""

    @operation("Sessions", reply=shapes.Sessions, public=True, parameters=PAGING, operation_id="sessions_list")
    def index(self, request: Request) -> Response:
        """List sessions of public rooms of all organizations, newest first."""
        page, limit = page_of(request)
        start = (page - 1) * limit
        sessions, total = queries.page_of_public_sessions(start, start + limit)
        seen = shapes.all_seen_by(self.person, sessions)
        reply = shapes.Sessions(sessions=seen, total=total, page=page, limit=limit)
        return self.reply(reply, secret=self.person.is_known)

    @operation("Sessions", reply=shapes.Sessions, public=True, parameters=PAGING)
    def live(self, request: Request) -> Response:
        """List sessions of public rooms that are live now."""
        return self._public(request, queries.live_sessions())

    def _public(self, request: Request, rows: SessionQuerySet) -> Response:
        """Forbid caching for known callers: a session may contain their own HLS address."""
        return _page(self, request, rows, secret=self.person.is_known)

    @operation("Sessions", reply=shapes.SessionStats)
    def stats(self, request: Request) -> Response:
        """Count your sessions: all, live, scheduled, ended; and who came in the last 30 days."""
        return self.reply(shapes.SessionStats(**lists.figures(queries.my_sessions(self.person))))

    @operation("Sessions", reply=shapes.Sessions, parameters=[*PAGING, *_SEARCH])
    def mine(self, request: Request) -> Response:
        """List the sessions that you host, of all rooms: search by title, filter by status and room, sort."""
        rows = lists.matching(
            queries.my_sessions(self.person),
            q=clean_line(request.query_params.get("q", "")[: lists.LONGEST_SEARCH]),
            status=word_in_query(request, "status", Session.Status.values, ""),
            room=id_in_query(request, "room_id"),
            sort=word_in_query(request, "sort", lists.Order.values, lists.Order.NEWEST),
        )
        return _page(self, request, rows, secret=True)

    @operation("Sessions", reply=shapes.Session, errors=[NotFound], public=True)
    def retrieve(self, request: Request, session_id: str) -> Response:
        """Get a session. Those of private rooms answer members and crew only."""
        session, allowed = self.find(session_id)
        return self.reply(shapes.seen_by(self.person, session, allowed), secret=self.person.is_known)

    @operation(
        "Sessions",
        request=UpdateSessionRequest,
        reply=shapes.Session,
        errors=[NotFound, NotAllowed, SessionIsLive, SessionEnded, BackstageIsOpen],
    )
    def partial_update(self, request: Request, session_id: str) -> Response:
        """Edit a session. Once it has been live, only title and description can be changed."""
        session, allowed = self.find(session_id)
        require(allowed.may_change_settings)
        fields = self.parse(UpdateSessionRequest)
        changed = services.update_session(actor=self.person, session=session, **fields)
        return self.reply(shapes.seen_by(self.person, changed))

    @operation("Sessions", errors=[NotFound, NotAllowed, SessionIsLive])
    def destroy(self, request: Request, session_id: str) -> Response:
        """Move a session to the bin, with everything that belongs to it. Not while it is live."""
        session, allowed = self.find(session_id)
        require(allowed.may_delete)
        services.delete_session(actor=self.person, session=session)
        return self.reply({"message": _("The session was deleted.")}, SuccessResponse)

    @operation(
        "Sessions",
        request=RescheduleSessionRequest,
        reply=shapes.Session,
        errors=[NotFound, NotAllowed, SessionIsLive, SessionEnded],
    )
    def reschedule(self, request: Request, session_id: str) -> Response:
        """Move a scheduled or expired session to another time in the future, or to no date."""
        session, allowed = self.find(session_id)
        require(allowed.may_reschedule)
        fields = self.parse(RescheduleSessionRequest)
        moved = services.reschedule(actor=self.person, session=session, **fields)
        return self.reply(shapes.seen_by(self.person, moved))

    @operation(
        "Sessions",
        request=UpdateSessionSettingsRequest,
        reply=shapes.Session,
        errors=[NotFound, NotAllowed, SessionEnded],
    )
    def change_settings(self, request: Request, session_id: str) -> Response:
        """Override chat, stage, polls or the stage's limit for this session; null returns to the preset."""
        session, allowed = self.find(session_id)
        require(allowed.may_change_settings)
        fields = self.parse(UpdateSessionSettingsRequest)
        changed = services.change_settings(actor=self.person, session=session, **fields)
        return self.reply(shapes.seen_by(self.person, changed))


class CopyViewSet(SessionOperations):
    """Duplicates of a session, in its room."""

    @operation(
        "Sessions",
        request=DuplicateSessionRequest,
        reply=shapes.CreatedSession,
        status=201,
        errors=[NotFound, NotAllowed, LimitReached, TooMany],
        idempotent=lambda view, session_id: view._find(session_id),
    )
    def duplicate(self, request: Request, session_id: str) -> Response:
        """Make another session with the settings, chat rules, team and polls of this one."""
        session = self._find(session_id)
        fields = self.parse(DuplicateSessionRequest)
        return _reply_created(self, copies.duplicate_session(actor=self.person, session=session, **fields))

    @operation(
        "Sessions",
        request=RepeatSessionRequest,
        reply=shapes.Series,
        status=201,
        errors=[NotFound, NotAllowed, LimitReached],
        idempotent=lambda view, session_id: view._find(session_id),
    )
    def series(self, request: Request, session_id: str) -> Response:
        """Duplicate a session for several times at once: all of them or none."""
        session = self._find(session_id)
        times = self.parse(RepeatSessionRequest)["scheduled_start_times"]
        made = copies.repeat_session(actor=self.person, session=session, times=times)
        reply = shapes.Series(sessions=shapes.all_seen_by(self.person, made), total=len(made))
        return self.reply(reply, status=201, secret=True)

    def _find(self, session_id: str) -> Session:
        """The session, in whose room the caller makes sessions: 404 before 403."""
        session, _allowed = self.find(session_id)
        require(may_run_sessions(Memberships.of(self.person), session.room))
        return session
