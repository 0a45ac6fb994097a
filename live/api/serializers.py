"""What the moving operations take and answer (docs/contract.md §3, Sessions)."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Flag, Text
from encoders.api.views import RTMPIngress, RTMPSetup, setup_values
from live.services import Opened
from sessions.api.serializers import SessionResponse
from sessions.rights.capabilities import Role
from sockets.api.tickets import RealtimeResponse


class JoinSessionRequest(serializers.Serializer[Any]):
    """How to come in."""

    as_ = Choice(choices=["audience"], required=False, allow_null=True)
    connection_id = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=64,
        help_text="LiveKit's id (sid) of the caller's own former studio connection: it is not told as another one.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {"as": fields.pop("as_"), **fields}


class JoinSessionResponse(serializers.Serializer[Any]):
    """A token for LiveKit, and how to follow the session."""

    livekit_token = serializers.CharField()
    room_name = serializers.CharField()
    livekit_url = serializers.CharField()
    role = serializers.ChoiceField(choices=[role.value for role in Role])
    username = serializers.CharField(help_text="As the session shows you: with a number where the name was taken.")
    mode = serializers.ChoiceField(choices=["webrtc", "hls"], help_text="hls: there are too many viewers for WebRTC.")
    hls_url = serializers.URLField(allow_null=True, help_text="Yours alone; null while no HLS runs.")
    realtime = RealtimeResponse()
    connected_elsewhere = serializers.BooleanField(help_text="A studio connection of this person is there already.")


class StartSessionResponse(serializers.Serializer[Any]):
    """The open backstage or live session, with all that the studio or an encoder needs."""

    session = SessionResponse()
    livekit_token = serializers.CharField()
    rtmp = RTMPIngress(
        allow_null=True, help_text="Null for webcam sessions, for all but the host, and while RTMP is off."
    )
    rtmp_setup = RTMPSetup(allow_null=True)
    whip_url = serializers.CharField()
    whip_token = serializers.CharField(
        allow_null=True, help_text="The bearer token for whip_url; null where rtmp is, but not while RTMP is off."
    )
    livekit_url = serializers.CharField()
    room_name = serializers.CharField()
    realtime = RealtimeResponse()
    connected_elsewhere = serializers.BooleanField(help_text="A studio connection of this person is there already.")


class HostMediaRequest(serializers.Serializer[Any]):
    """On or off; without it the operation only answers."""

    enabled = Flag(required=False)


class HostMediaResponse(serializers.Serializer[Any]):
    """The present state."""

    enabled = serializers.BooleanField()


class MonitorResponse(serializers.Serializer[Any]):
    """A token to watch unseen."""

    livekit_token = serializers.CharField()
    room_name = serializers.CharField()
    livekit_url = serializers.CharField()


def opened_values(opened: Opened) -> dict[str, Any]:
    """The values behind StartSessionResponse."""
    values: dict[str, Any] = {
        name: getattr(opened, name)
        for name in ("session", "livekit_token", "whip_url", "livekit_url", "room_name", "realtime")
    }
    return values | {"connected_elsewhere": opened.connected_elsewhere} | setup_values(opened.encoder)
