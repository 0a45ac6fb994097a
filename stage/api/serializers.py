"""The stage on the wire (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Flag, Line, Moment, Text
from sessions.models import StageMember
from stage import queries
from stage.models import MESSAGE_LIMIT, HandRaise, JoinRequest, Wish

_NAME_LIMIT = 150


class RaiseHandRequest(serializers.Serializer[Any]):
    """What the person wants to say. The name shown is always the account's."""

    participant_identity = Text(required=False, allow_null=True, max_length=64, help_text="Default: the caller.")
    participant_name = Line(required=False, allow_null=True, allow_blank=True, max_length=_NAME_LIMIT)
    message = Line(required=False, allow_null=True, allow_blank=True, max_length=MESSAGE_LIMIT)

    def validate_message(self, value: str | None) -> str:
        return value or ""


class AddToStageRequest(serializers.Serializer[Any]):
    """Whom to bring on stage, and what they may publish. The name shown is always the account's."""

    participant_identity = Text(max_length=64)
    participant_name = Line(required=False, allow_null=True, allow_blank=True, max_length=_NAME_LIMIT)
    can_publish_audio = Flag(required=False)
    can_publish_video = Flag(required=False)


class UpdateStagePermissionsRequest(serializers.Serializer[Any]):
    """What the person may publish; what is left out stays."""

    can_publish_audio = Flag(required=False)
    can_publish_video = Flag(required=False)


class RemoveFromStageRequest(serializers.Serializer[Any]):
    """Whom to take off the stage."""

    participant_identity = Text(max_length=64)


class _WishResponse(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=Wish.Status.choices)
    position = serializers.SerializerMethodField(help_text="Place in the queue, from 1; null when it is not pending.")
    created_at = Moment()
    updated_at = Moment()
    responded_at = Moment(allow_null=True)

    def get_position(self, wish: Wish) -> int | None:
        """Lists know it from their order; one that stands alone is counted by the view."""
        return self.context.get("positions", {}).get(wish.pk)


class HandRaiseResponse(_WishResponse):
    """A raised hand."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    participant_identity = serializers.CharField(source="user_id")
    participant_name = serializers.CharField(source="user.username")
    message = serializers.CharField()


class JoinRequestResponse(_WishResponse):
    """A request to join the stage."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    username = serializers.CharField(source="user.username")


class StageParticipantResponse(serializers.Serializer[StageMember]):
    """Someone on stage."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    participant_identity = serializers.CharField(source="user_id")
    participant_name = serializers.CharField(source="user.username")
    can_publish_audio = serializers.BooleanField()
    can_publish_video = serializers.BooleanField()
    joined_stage_at = Moment()
    left_stage_at = Moment(allow_null=True)


class ApprovedHandRaiseResponse(HandRaiseResponse):
    """The approved hand, and the person's place on stage; null when they have left it since."""

    stage_participant = StageParticipantResponse(allow_null=True)


class ApprovedJoinRequestResponse(JoinRequestResponse):
    """The approved request, and the person's place on stage; null when they have left it since."""

    stage_participant = StageParticipantResponse(allow_null=True)


class HandRaiseListResponse(serializers.Serializer[Any]):
    """The queue, oldest first."""

    hand_raises = HandRaiseResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class JoinRequestListResponse(serializers.Serializer[Any]):
    """The queue, oldest first."""

    join_requests = JoinRequestResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class StageParticipantListResponse(serializers.Serializer[Any]):
    """Who is on stage now, beside host and co-hosts."""

    participants = StageParticipantResponse(many=True)
    total = serializers.IntegerField()


class StageTokenResponse(serializers.Serializer[Any]):
    """How to connect and publish. Ask again for each reconnect: the token is short-lived."""

    livekit_token = serializers.CharField()
    room_name = serializers.CharField()
    livekit_url = serializers.CharField()


class StageHiddenResponse(serializers.Serializer[Any]):
    """Whether the whole stage is hidden and muted."""

    hidden = serializers.BooleanField()


def wish_values(wish: HandRaise | JoinRequest, **more: Any) -> dict[str, Any]:
    """``wish`` as its reply, with its place in the queue."""
    serializer = HandRaiseResponse if isinstance(wish, HandRaise) else JoinRequestResponse
    return {**serializer(wish, context={"positions": {wish.pk: queries.position(wish)}}).data, **more}
