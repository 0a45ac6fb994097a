"""What the Auth operations take (docs/contract.md §3)."""

from typing import Any

from rest_framework import serializers

from accounts.names import LONGEST
from core.api.fields import Identifier, Line, Text

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
