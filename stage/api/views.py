"""Operations on the stage: for everybody in the session, and for those who manage it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import PAGING, SuccessResponse, operation, page_of
from core.errors import NoneFound, NotAllowed, NotFound
from core.published import Published
from sessions.api.views import SessionOperations
from sessions.errors import SessionNotLive
from sessions.models import Session
from sessions.rights.capabilities import require
from stage import queries, services, shapes
from stage.api.serializers import (
    AddToStageRequest,
    RaiseHandRequest,
    RemoveFromStageRequest,
    StageLayoutRequest,
    UpdateStagePermissionsRequest,
)
from stage.errors import AlreadyDecided, NotOnStage, OnStageAlready, StageFull, StageOff, TakenBack
from stage.models import HandRaise, JoinRequest

_LIMIT = 100
_PAGING = (PAGING[0], OpenApiParameter("limit", PAGING[1].type, description="1–100.", default=_LIMIT))
_REFUSED = [NotFound, NotAllowed]
_APPROVAL = [*_REFUSED, AlreadyDecided, TakenBack, SessionNotLive, StageOff, StageFull]


class StageViewSet(SessionOperations):
    """The stage for people in the session."""

    @operation(
        "Stage",
        request=RaiseHandRequest,
        reply=shapes.QueuedHandRaise,
        status=201,
        errors=[*_REFUSED, SessionNotLive, StageOff, OnStageAlready],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_ask_for_stage),
        or_existing=True,
    )
    def raise_hand(self, request: Request, session_id: str) -> Response:
        """Raise your hand. A hand that is already raised keeps its place: 200."""
        session, allowed = self.find(session_id)
        require(allowed.may_ask_for_stage)
        fields = self.parse(RaiseHandRequest)
        user = self.person.user
        identity = fields.get("participant_identity")
        require(identity is None or (user is not None and identity.lower() == str(user.pk)))
        requested = services.raise_hand(actor=self.person, session=session, message=fields.get("message", ""))
        return self.reply(shapes.counted(requested.stage_request), status=201 if requested.is_new else 200)

    @operation("Stage", errors=_REFUSED)
    def lower_hand(self, request: Request, session_id: str) -> Response:
        """Lower your hand. Repeating it is harmless."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        services.lower_hand(actor=self.person, session=session)
        return self.reply({"message": _("Your hand is down.")}, SuccessResponse)

    @operation("Stage", reply=shapes.QueuedHandRaise, errors=[*_REFUSED, NoneFound])
    def hand_raise(self, request: Request, session_id: str) -> Response:
        """Get your latest raised hand, pending or decided; 404 if there is none or you lowered it."""
        return self.reply(self._mine(session_id, HandRaise))

    @operation(
        "Stage",
        reply=shapes.QueuedJoinRequest,
        status=201,
        errors=[*_REFUSED, SessionNotLive, StageOff, OnStageAlready],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_ask_for_stage),
        or_existing=True,
    )
    def request_to_join(self, request: Request, session_id: str) -> Response:
        """Ask to join the stage. A pending request is returned unchanged: 200."""
        session, allowed = self.find(session_id)
        require(allowed.may_ask_for_stage)
        requested = services.request_to_join(actor=self.person, session=session)
        return self.reply(shapes.counted(requested.stage_request), status=201 if requested.is_new else 200)

    @operation("Stage", reply=shapes.QueuedJoinRequest, errors=[*_REFUSED, NoneFound])
    def join_request(self, request: Request, session_id: str) -> Response:
        """Get your latest request to join the stage, pending or decided."""
        return self.reply(self._mine(session_id, JoinRequest))

    def _mine(self, session_id: str, kind: type[HandRaise | JoinRequest]) -> Published:
        session, allowed = self.find(session_id)
        user = self.person.user
        require(allowed.in_session)
        assert user is not None
        return shapes.counted(queries.latest_request(kind, session, user.pk))

    @operation("Stage", reply=shapes.StageParticipants, errors=_REFUSED)
    def participants(self, request: Request, session_id: str) -> Response:
        """List who is on stage now, beside host and co-hosts."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        return self.reply(shapes.StageParticipants.of(queries.on_stage(session)))

    @operation("Stage", errors=_REFUSED)
    def leave(self, request: Request, session_id: str) -> Response:
        """Leave the stage; you stay in the session. Repeating it is harmless."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        services.leave(actor=self.person, session=session)
        return self.reply({"message": _("You are not on stage.")}, SuccessResponse)

    @operation("Stage", reply=shapes.StageToken, errors=[*_REFUSED, SessionNotLive])
    def token(self, request: Request, session_id: str) -> Response:
        """Get a token to publish with, while you are on stage."""
        session, allowed = self.find(session_id)
        require(allowed.is_on_stage)
        return self.reply(services.stage_token(actor=self.person, session=session), secret=True)


class StageManagementViewSet(SessionOperations):
    """The stage for the crew."""

    @operation(
        "Stage Management",
        request=AddToStageRequest,
        reply=shapes.StageParticipant,
        status=201,
        errors=[*_REFUSED, SessionNotLive, StageOff, StageFull],
        idempotent=lambda view, session_id: view._managed(session_id),
        or_existing=True,
    )
    def add(self, request: Request, session_id: str) -> Response:
        """Bring somebody on stage who did not ask. Somebody who is on stage stays unchanged: 200."""
        session = self._managed(session_id)
        fields = self.parse(AddToStageRequest)
        fields.pop("participant_name", None)
        identity = fields.pop("participant_identity")
        added = services.add(actor=self.person, session=session, identity=identity, **fields)
        return self.reply(shapes.StageParticipant.of(added.member), status=201 if added.is_new else 200)

    @operation("Stage Management", request=RemoveFromStageRequest, reply=shapes.StageParticipant, errors=_REFUSED)
    def remove(self, request: Request, session_id: str) -> Response:
        """Remove somebody from the stage: their tracks are unpublished at once. Repeating it is harmless."""
        session = self._managed(session_id)
        identity = self.parse(RemoveFromStageRequest)["participant_identity"]
        member = services.remove(actor=self.person, session=session, identity=identity)
        return self.reply(shapes.StageParticipant.of(member))

    @operation(
        "Stage Management",
        request=UpdateStagePermissionsRequest,
        reply=shapes.StageParticipant,
        errors=[*_REFUSED, NotOnStage],
    )
    def permissions(self, request: Request, session_id: str, identity: str) -> Response:
        """Allow or forbid microphone and camera of somebody on stage, at once; 409 if they are not on stage."""
        session = self._managed(session_id)
        fields = self.parse(UpdateStagePermissionsRequest)
        member = services.change_permissions(actor=self.person, session=session, identity=identity, **fields)
        return self.reply(shapes.StageParticipant.of(member))

    @operation("Stage Management", reply=shapes.JoinRequests, errors=_REFUSED, parameters=_PAGING)
    def join_requests(self, request: Request, session_id: str) -> Response:
        """List pending requests to join the stage, oldest first."""
        waiting = queries.pending_join_requests(self._managed(session_id))
        return self._queue(shapes.JoinRequests, "join_requests", waiting)

    @operation("Stage Management", reply=shapes.HandRaises, errors=_REFUSED, parameters=_PAGING)
    def hand_raises(self, request: Request, session_id: str) -> Response:
        """List pending raised hands, oldest first."""
        waiting = queries.pending_hands(self._managed(session_id))
        return self._queue(shapes.HandRaises, "hand_raises", waiting)

    def _queue(
        self, reply: type[shapes.HandRaises | shapes.JoinRequests], name: str, waiting: QuerySet[Any]
    ) -> Response:
        page, limit = page_of(self.request, default_limit=_LIMIT)
        before = (page - 1) * limit
        stage_requests = [
            shapes.queued(stage_request, place)
            for place, stage_request in enumerate(waiting[before : before + limit], before + 1)
        ]
        queue: dict[str, Any] = {
            name: stage_requests,
            "total": waiting.order_by().count(),
            "page": page,
            "limit": limit,
        }
        return self.reply(reply(**queue))

    @operation("Stage Management", reply=shapes.ApprovedJoinRequest, errors=_APPROVAL)
    def approve_join_request(self, request: Request, session_id: str, request_id: str) -> Response:
        """Approve a request to join: the person comes on stage. Repeating it is harmless."""
        return self._approve(session_id, JoinRequest, request_id)

    @operation("Stage Management", reply=shapes.QueuedJoinRequest, errors=[*_REFUSED, AlreadyDecided, TakenBack])
    def reject_join_request(self, request: Request, session_id: str, request_id: str) -> Response:
        """Reject a request to join. Repeating it is harmless."""
        return self._reject(session_id, JoinRequest, request_id)

    @operation("Stage Management", reply=shapes.ApprovedHandRaise, errors=_APPROVAL)
    def approve_hand_raise(self, request: Request, session_id: str, request_id: str) -> Response:
        """Approve a raised hand: the person comes on stage. Repeating it is harmless."""
        return self._approve(session_id, HandRaise, request_id)

    @operation("Stage Management", reply=shapes.QueuedHandRaise, errors=[*_REFUSED, AlreadyDecided, TakenBack])
    def reject_hand_raise(self, request: Request, session_id: str, request_id: str) -> Response:
        """Reject a raised hand. Repeating it is harmless."""
        return self._reject(session_id, HandRaise, request_id)

    def _approve(self, session_id: str, kind: Any, request_id: str) -> Response:
        session = self._managed(session_id)
        done = services.approve(actor=self.person, session=session, kind=kind, request_id=request_id)
        return self.reply(shapes.approved(done.stage_request, done.member))

    def _reject(self, session_id: str, kind: Any, request_id: str) -> Response:
        session = self._managed(session_id)
        stage_request = services.reject(actor=self.person, session=session, kind=kind, request_id=request_id)
        return self.reply(shapes.counted(stage_request))

    @operation("Stage Management", reply=shapes.StageHidden, errors=[*_REFUSED, SessionNotLive])
    def hide(self, request: Request, session_id: str) -> Response:
        """Hide and mute the whole stage at once; everyone sees “We’ll be right back”. Repeating it is harmless."""
        return self._switch(session_id, services.hide)

    @operation("Stage Management", reply=shapes.StageHidden, errors=[*_REFUSED, SessionNotLive])
    def show(self, request: Request, session_id: str) -> Response:
        """Show the stage again. Repeating it is harmless."""
        return self._switch(session_id, services.show)

    @operation("Stage Management", reply=shapes.StageParticipants, errors=[*_REFUSED, SessionNotLive])
    def mute_all(self, request: Request, session_id: str) -> Response:
        """Mute all who were brought on stage, at once; host and co-hosts switch their own microphones. Repeating it is
        harmless.
        """
        session = self._managed(session_id)
        return self.reply(shapes.StageParticipants.of(services.mute_all(actor=self.person, session=session)))

    @operation(
        "Stage Management", request=StageLayoutRequest, reply=shapes.StageLayout, errors=[*_REFUSED, SessionNotLive]
    )
    def layout(self, request: Request, session_id: str) -> Response:
        """Arrange the stage for the audience, HLS and recordings at once; `screen` again after the end."""
        session = self._managed(session_id)
        changed = services.change_layout(actor=self.person, session=session, **self.parse(StageLayoutRequest))
        return self.reply(shapes.StageLayout.of(changed))

    def _switch(self, session_id: str, service: Any) -> Response:
        session, allowed = self.find(session_id)
        require(allowed.may_hide_stage)
        changed = service(actor=self.person, session=session)
        return self.reply(shapes.StageHidden(hidden=changed.is_stage_hidden))

    def _managed(self, session_id: str) -> Session:
        """The session, whose stage the caller may manage: 404 before 403."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_stage)
        return session
