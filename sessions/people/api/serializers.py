"""Input of the operations on roles and invitations (docs/contract.md §2)."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import EmailAddress
from accounts.names import LONGEST
from core.api.fields import Choice, Identifier, Line
from sessions.models import Invitation
from sessions.people.invitations import LONGEST_NAME


class AddParticipantRoleRequest(serializers.Serializer[Any]):
    """Who gets the role: a member of the organization, or somebody who has joined this session."""

    user_id = Identifier()


class CreateInvitationRequest(serializers.Serializer[Any]):
    """The name and role of the invited person; with ``email`` the link is sent there."""

    name = Line(max_length=LONGEST_NAME)
    email = EmailAddress(required=False, allow_blank=True, allow_null=True, max_length=254)
    role = Choice(choices=Invitation.Role.choices)

    def validate_email(self, value: str | None) -> str:
        return value or ""


class UpdateInvitationRequest(serializers.Serializer[Any]):
    """The changes; missing fields stay unchanged. Another `email` replaces the link."""

    name = Line(max_length=LONGEST_NAME, required=False)
    email = EmailAddress(
        required=False, allow_blank=True, allow_null=True, max_length=254, help_text="Empty or null: none any more."
    )
    role = Choice(choices=Invitation.Role.choices, required=False, help_text="Only until somebody has accepted it.")

    def validate_email(self, value: str | None) -> str:
        return value or ""


class ChangeNameRequest(serializers.Serializer[Any]):
    """What you want to be called."""

    name = Line(max_length=LONGEST)
