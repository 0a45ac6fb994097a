"""People with a role, and invitations, on the wire (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import EmailAddress, UserResponse
from core.api.fields import Choice, Identifier, Line, Moment
from sessions.models import Invitation, SessionRole
from sessions.people.invitations import LONGEST_NAME


class AddParticipantRoleRequest(serializers.Serializer[Any]):
    """Who gets the role: a member of the organization, or somebody who has joined this session."""

    user_id = Identifier()


class SessionParticipantResponse(serializers.Serializer[SessionRole]):
    """That a person is co-host, moderator or speaker of a session. Context as of UserResponse."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    username = serializers.CharField(source="user.username")
    user = UserResponse()
    role = serializers.ChoiceField(
        choices=Invitation.Role.choices, help_text="`speaker` is an addition to the published contract."
    )
    is_active = serializers.BooleanField()
    assigned_at = Moment()
    joined_at = Moment(allow_null=True, help_text="When they first came in.")
    assigned_by = serializers.UUIDField(source="assigned_by_id")
    assigned_by_user = UserResponse(source="assigned_by")
    removed_at = Moment(allow_null=True)
    left_at = Moment(allow_null=True, help_text="When they last left; null while they are there.")


class SessionParticipantsListResponse(serializers.Serializer[Any]):
    """Everybody with a role now."""

    participants = SessionParticipantResponse(many=True)
    total = serializers.IntegerField()


class CreateInvitationRequest(serializers.Serializer[Any]):
    """Whom to invite as what; with ``email`` the link is sent there."""

    name = Line(max_length=LONGEST_NAME)
    email = EmailAddress(required=False, allow_blank=True, allow_null=True, max_length=254)
    role = Choice(choices=Invitation.Role.choices)

    def validate_email(self, value: str | None) -> str:
        return value or ""


class InvitationResponse(serializers.Serializer[Invitation]):
    """A personal invitation. Whoever opens ``link`` first takes the role; no account is needed.

    Context: ``person`` who reads it, ``reveal`` to the session's host; others see the addresses that they gave.
    """

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True, help_text="For the host and who gave it; else empty.")
    role = serializers.ChoiceField(choices=Invitation.Role.choices)
    link = serializers.CharField(
        source="new_link", allow_null=True, help_text="Secret: told once, when it is made; null ever after."
    )
    user_id = serializers.UUIDField(allow_null=True, help_text="Who took it.")
    invited_by = serializers.UUIDField(source="invited_by_id")
    created_at = Moment()
    accepted_at = Moment(allow_null=True)
    revoked_at = Moment(allow_null=True)

    def to_representation(self, instance: Invitation) -> dict[str, Any]:
        data = super().to_representation(instance)
        caller = self.context["person"].user
        return data if self.context.get("reveal") or instance.invited_by == caller else data | {"email": ""}


class InvitationListResponse(serializers.Serializer[Any]):
    """The invitations that hold."""

    invitations = InvitationResponse(many=True)
    total = serializers.IntegerField()
