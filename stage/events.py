"""Events of the stage. Requests come without their position in the queue, which changes without an event.

The crew gets events about requests; the person of a request gets the same on their own topic.
"""

from typing import Self
from uuid import UUID

from realtime.events import Event, EventData, PersonalEvent, crew, everyone_in, personal
from sessions.models import Session, StageMember
from stage import shapes
from stage.models import HandRaise, JoinRequest, StageRequest


class StageRequestEvent(Event, topic=crew):
    """Something about a request, published to the crew, or to ``user_id`` only."""

    user_id: UUID | None = None

    @property
    def topic_name(self) -> str:
        return crew(self.session_id) if self.user_id is None else personal(self.user_id, self.session_id)

    @classmethod
    def both(cls, stage_request: StageRequest) -> tuple[Self, Self]:
        """For the crew, and for the person."""
        data = shapes.stage_request(stage_request)
        return cls(session_id=stage_request.session_id, data=data), cls(
            session_id=stage_request.session_id, data=data, user_id=stage_request.user_id
        )


class _HandEvent(StageRequestEvent, topic=crew):
    data: shapes.HandRaise


class _JoinRequestEvent(StageRequestEvent, topic=crew):
    data: shapes.JoinRequest


class HandRaised(_HandEvent, type="hand.raised", topic=crew):
    """Someone raised a hand: it is the last in the queue."""


class HandLowered(_HandEvent, type="hand.lowered", topic=crew):
    """The hand was lowered, by the person or because they left."""


class HandApproved(_HandEvent, type="hand.approved", topic=crew):
    """The person was brought on stage."""


class HandRejected(_HandEvent, type="hand.rejected", topic=crew):
    """The crew rejected the hand."""


class JoinRequestCreated(_JoinRequestEvent, type="join_request.created", topic=crew):
    """Someone asks to join the stage."""


class JoinRequestWithdrawn(_JoinRequestEvent, type="join_request.withdrawn", topic=crew):
    """The request was withdrawn, because the person left."""


class JoinRequestApproved(_JoinRequestEvent, type="join_request.approved", topic=crew):
    """The person was brought on stage."""


class JoinRequestRejected(_JoinRequestEvent, type="join_request.rejected", topic=crew):
    """The crew rejected the request."""


class WaitingData(EventData):
    """How many people ask to come on stage."""

    people_waiting: int


class StageWaiting(Event, type="stage.waiting", topic=crew):
    """The queue grew or shrank."""

    data: WaitingData

    @classmethod
    def of(cls, session: Session, people_waiting: int) -> Self:
        return cls(session_id=session.pk, data=WaitingData(people_waiting=people_waiting))


#: What is told of a request: raised, taken back, approved, rejected.
EVENTS: dict[type[StageRequest], dict[str, type[StageRequestEvent]]] = {
    HandRaise: {"new": HandRaised, "taken_back": HandLowered, "approved": HandApproved, "rejected": HandRejected},
    JoinRequest: {
        "new": JoinRequestCreated,
        "taken_back": JoinRequestWithdrawn,
        "approved": JoinRequestApproved,
        "rejected": JoinRequestRejected,
    },
}


class _StageEvent(Event, topic=everyone_in):
    data: shapes.StageParticipant

    @classmethod
    def of(cls, member: StageMember) -> Self:
        return cls(session_id=member.session_id, data=shapes.StageParticipant.of(member))


class StageJoined(_StageEvent, type="stage.joined", topic=everyone_in):
    """Someone came on stage."""


class StageLeft(_StageEvent, type="stage.left", topic=everyone_in):
    """Someone is no longer on stage."""


class StagePermissions(_StageEvent, type="stage.permissions", topic=everyone_in):
    """Someone on stage has other permissions to publish."""


class StageHidden(Event, type="stage.hidden", topic=everyone_in):
    """The crew hid and muted the whole stage, or shows it again."""

    data: shapes.StageHidden

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session_id=session.pk, data=shapes.StageHidden(hidden=session.is_stage_hidden))


class StageLayout(Event, type="stage.layout", topic=everyone_in):
    """The crew arranged the stage differently, or the person in the spotlight left it."""

    data: shapes.StageLayout

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session_id=session.pk, data=shapes.StageLayout.of(session))


class _OwnPlace(PersonalEvent):
    data: shapes.StageParticipant

    @classmethod
    def of(cls, member: StageMember) -> Self:
        return cls(session_id=member.session_id, user_id=member.user_id, data=shapes.StageParticipant.of(member))


class YouOnStage(_OwnPlace, type="you.on_stage"):
    """You may publish now: the media engine grants the place. Ask for the stage token."""


class YouOffStage(_OwnPlace, type="you.off_stage"):
    """You are no longer on stage."""
