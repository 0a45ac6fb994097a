"""What the Auth operations take and answer (docs/contract.md §3)."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.names import LONGEST
from accounts.person import ANONYMOUS
from accounts.privacy import sees_identity
from core.api.fields import Identifier, Line, Moment, Text

_LONGEST_TOKEN = 512


class EmailAddress(Text, serializers.EmailField):
    """A JSON string that is an e-mail address."""


class LoginRequest(serializers.Serializer[Any]):
    """E-mail and password of a member."""

    email = EmailAddress(max_length=254)
    password = Text(max_length=1024, trim_whitespace=False)


class RefreshTokenRequest(serializers.Serializer[Any]):
    """The refresh token to spend."""

    refresh_token = Text(max_length=_LONGEST_TOKEN)


class LogoutRequest(serializers.Serializer[Any]):
    """Any refresh token of the sign-in that is to end."""

    refresh_token = Text(max_length=_LONGEST_TOKEN)


class ViewerRegisterRequest(serializers.Serializer[Any]):
    """The name that a guest wants to be seen under: 1–50 characters."""

    display_name = Line(max_length=LONGEST)


class DeviceLoginRequest(serializers.Serializer[Any]):
    """The device token that a guest was given last."""

    device_token = Text(max_length=_LONGEST_TOKEN)


class GenerateAuthCodeRequest(serializers.Serializer[Any]):
    """The session that the code is to open."""

    session_id = Identifier()


class ExchangeAuthCodeRequest(serializers.Serializer[Any]):
    """A code that was generated less than 5 minutes ago."""

    code = Text(max_length=_LONGEST_TOKEN)


class UserResponse(serializers.Serializer[Any]):
    """A person.

    E-mail, external_user_id and organization_id are null unless the caller (context ``person``) is that person, shares
    the home organization, or the view says so (context ``reveal``, for the host of a session).
    """

    id = serializers.UUIDField()
    external_user_id = serializers.CharField(allow_null=True)
    organization_id = serializers.UUIDField(allow_null=True)
    email = serializers.EmailField(allow_null=True)
    username = serializers.CharField()
    role = serializers.ChoiceField(choices=User.Role.choices)
    is_active = serializers.BooleanField()
    created_at = Moment()

    def to_representation(self, instance: User) -> dict[str, Any]:
        data = super().to_representation(instance)
        caller, as_host = self.context.get("person", ANONYMOUS), bool(self.context.get("reveal"))
        if not sees_identity(caller, instance, as_host=as_host):
            data |= {"email": None, "external_user_id": None, "organization_id": None}
        return data


class AuthResponse(serializers.Serializer[Any]):
    """A person with the tokens to act as them."""

    user = UserResponse()
    access_token = serializers.CharField(help_text="For the header `Authorization: Bearer …`, 15 minutes.")
    refresh_token = serializers.CharField(help_text="For /auth/refresh, once.")


class ViewerRegisterResponse(AuthResponse):
    """As AuthResponse, with the token by which this browser opens the same guest account again."""

    device_token = serializers.CharField(help_text="Replaced at every device-login; the old one holds for 24 hours.")


class GenerateAuthCodeResponse(serializers.Serializer[Any]):
    """A single-use code."""

    code = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
