"""What the stage publishes, in replies, events and the state of pages.

Replies contain a request with its position in the queue; events and state contain it without, because the position
changes without an event and follows from the order.
"""

from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from core.published import Moment, Published
from sessions.models import Session, StageMember
from stage import models, queries


# The last base of a model has its first fields.
class _Status(Published):
    status: models.StageRequest.Status


class _Place(Published):
    position: int | None = Field(description="Position in the queue, from 1; null if it is not pending.")


class _Times(Published):
    created_at: Moment
    updated_at: Moment
    responded_at: Moment | None


class _Hand(_Times):
    id: UUID
    session_id: UUID
    participant_identity: str
    participant_name: str
    message: str


class _Request(_Times):
    id: UUID
    session_id: UUID
    user_id: UUID
    username: str


class HandRaise(_Hand, _Status):
    """A raised hand."""


class JoinRequest(_Request, _Status):
    """A request to join the stage."""


class QueuedHandRaise(_Hand, _Place, _Status, name="HandRaiseResponse"):
    """A raised hand."""


class QueuedJoinRequest(_Request, _Place, _Status, name="JoinRequestResponse"):
    """A request to join the stage."""


def stage_request(row: models.StageRequest) -> HandRaise | JoinRequest:
    """The hand or the request, for events and state; ``row.user`` should be loaded."""
    return HandRaise(**_values(row)) if isinstance(row, models.HandRaise) else JoinRequest(**_values(row))


def queued(row: models.StageRequest, position: int | None) -> QueuedHandRaise | QueuedJoinRequest:
    """The hand or the request with its ``position``, for replies; ``row.user`` should be loaded."""
    kind = QueuedHandRaise if isinstance(row, models.HandRaise) else QueuedJoinRequest
    return kind(**_values(row), position=position)


def counted(row: models.StageRequest) -> QueuedHandRaise | QueuedJoinRequest:
    """A single hand or request: its position is counted."""
    return queued(row, queries.position(row))


def _values(row: models.StageRequest) -> dict[str, Any]:
    values = {
        "id": row.pk,
        "session_id": row.session_id,
        "status": row.status,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "responded_at": row.responded_at,
    }
    if isinstance(row, models.HandRaise):
        who = {"participant_identity": str(row.user_id), "participant_name": row.user.username}
        return {**values, **who, "message": row.message}
    return {**values, "user_id": row.user_id, "username": row.user.username}


class HandRaises(Published, name="HandRaiseListResponse"):
    """The queue, oldest first."""

    hand_raises: list[QueuedHandRaise]
    total: int
    page: int
    limit: int


class JoinRequests(Published, name="JoinRequestListResponse"):
    """The queue, oldest first."""

    join_requests: list[QueuedJoinRequest]
    total: int
    page: int
    limit: int


class StageParticipant(Published, name="StageParticipantResponse"):
    """Someone on stage."""

    id: UUID
    session_id: UUID
    participant_identity: str
    participant_name: str
    can_publish_audio: bool
    can_publish_video: bool
    joined_stage_at: Moment
    left_stage_at: Moment | None

    @classmethod
    def of(cls, member: StageMember) -> Self:
        """``member.user`` should be loaded."""
        return cls(
            id=member.pk,
            session_id=member.session_id,
            participant_identity=str(member.user_id),
            participant_name=member.user.username,
            can_publish_audio=member.can_publish_audio,
            can_publish_video=member.can_publish_video,
            joined_stage_at=member.joined_stage_at,
            left_stage_at=member.left_stage_at,
        )


class StageParticipants(Published, name="StageParticipantListResponse"):
    """Who is on stage now, beside host and co-hosts."""

    participants: list[StageParticipant]
    total: int

    @classmethod
    def of(cls, members: Iterable[StageMember]) -> Self:
        participants = [StageParticipant.of(member) for member in members]
        return cls(participants=participants, total=len(participants))


class ApprovedHandRaise(QueuedHandRaise, name="ApprovedHandRaiseResponse"):
    """The approved hand, and the person's place on stage; null when they have left it since."""

    stage_participant: StageParticipant | None


class ApprovedJoinRequest(QueuedJoinRequest, name="ApprovedJoinRequestResponse"):
    """The approved request, and the person's place on stage; null when they have left it since."""

    stage_participant: StageParticipant | None


def approved(row: models.StageRequest, member: StageMember | None) -> ApprovedHandRaise | ApprovedJoinRequest:
    """The approved hand or request with the person's place."""
    kind = ApprovedHandRaise if isinstance(row, models.HandRaise) else ApprovedJoinRequest
    return kind(**dict(counted(row)), stage_participant=StageParticipant.of(member) if member else None)


class StageToken(Published, name="StageTokenResponse"):
    """How to connect and publish. Get a new one for each reconnect: the token is short-lived."""

    livekit_token: str
    room_name: str
    livekit_url: str


class StageHidden(Published, name="StageHiddenResponse"):
    """Whether the whole stage is hidden and muted."""

    hidden: bool


class StageLayout(Published, name="StageLayoutResponse"):
    """How the stage is arranged for the audience, HLS and recordings."""

    layout: Session.Layout = Field(
        description="`screen`: a shared screen large with the cameras beside it, else a grid; `grid`: all alike; "
        "`speaker`: whoever speaks large; `spotlight`: one person alone; `side_by_side`: screen and cameras share the "
        "picture, else the cameras stand in one row."
    )
    spotlight_identity: str | None = Field(description="Who is in the spotlight; null with any other layout.")

    @classmethod
    def of(cls, session: Session) -> Self:
        spotlight = str(session.spotlight_id) if session.spotlight_id else None
        return cls(layout=Session.Layout(session.stage_layout), spotlight_identity=spotlight)


ORDINARY_LAYOUT = StageLayout(layout=Session.Layout.SCREEN, spotlight_identity=None)
