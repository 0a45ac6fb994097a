"""What the moving operations take and answer (API contract §3, Sessions)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from live.api.realtime import RealtimeResponse
from live.services import Opened
from sessions.api.serializers import SessionResponse
from sessions.capabilities import Role
from webinar.api.fields import Choice, Flag


class JoinSessionRequest(serializers.Serializer[Any]):
    """How to come in."""

    as_ = Choice(choices=["audience"], required=False, allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {"as": fields.pop("as_"), **fields}


class JoinSessionResponse(serializers.Serializer[Any]):
    """A token for LiveKit, and how to follow the session."""

    livekit_token = serializers.CharField()
    room_name = serializers.CharField()
    livekit_url = serializers.CharField()
    role = serializers.ChoiceField(choices=[role.value for role in Role])
    hls_url = serializers.URLField(allow_null=True)
    realtime = RealtimeResponse()
    connected_elsewhere = serializers.BooleanField(help_text="A studio connection of this person is there already.")


class RTMPIngress(serializers.Serializer[Any]):
    """The ingest of an encoder."""

    ingress_id = serializers.CharField()
    url = serializers.CharField()
    stream_key = serializers.CharField()


class RTMPInstructions(serializers.Serializer[Any]):
    """Three sentences for the person at the encoder."""

    step1 = serializers.CharField()
    step2 = serializers.CharField()
    step3 = serializers.CharField()


class RTMPSetup(serializers.Serializer[Any]):
    """What to type into an encoder."""

    server = serializers.CharField()
    stream_key = serializers.CharField()
    instructions = RTMPInstructions()


class StartSessionResponse(serializers.Serializer[Any]):
    """The open backstage or live session, with all that the studio or an encoder needs."""

    session = SessionResponse()
    livekit_token = serializers.CharField(help_text="Also the bearer token for whip_url.")
    rtmp = RTMPIngress(allow_null=True, help_text="Null for webcam sessions, and while no RTMP ingest runs.")
    rtmp_setup = RTMPSetup(allow_null=True)
    whip_url = serializers.CharField()
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
    values |= {"connected_elsewhere": opened.connected_elsewhere, "rtmp": None, "rtmp_setup": None}
    if opened.rtmp_url and opened.stream_key:
        values["rtmp"] = {
            "ingress_id": f"ingest:{opened.session.pk}",
            "url": opened.rtmp_url,
            "stream_key": opened.stream_key,
        }
        values["rtmp_setup"] = {
            "server": opened.rtmp_url,
            "stream_key": opened.stream_key,
            "instructions": {
                "step1": _("Open the streaming settings of your encoder and choose a custom server."),
                "step2": _("Enter the server and the stream key. Set a keyframe every 2 seconds and no B-frames."),
                "step3": _("Start streaming, look at the picture in the studio, then go live."),
            },
        }
    return values
