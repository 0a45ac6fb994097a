"""How a session's stream is doing."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import NotAllowed, NotFound
from encoders.health import stream_health
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require


class IngestHealth(serializers.Serializer[Any]):
    """What the encoder, or the host's camera, sends; null: not known, or nothing is sent."""

    bitrate = serializers.IntegerField(allow_null=True, help_text="Of the picture, in bit/s.")
    fps = serializers.FloatField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    codec = serializers.CharField(allow_null=True)
    keyframe_interval = serializers.FloatField(allow_null=True, help_text="Seconds.")
    last_packet_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=["waiting", "publishing", "interrupted"])
    protocol = serializers.ChoiceField(choices=["rtmp", "whip", "browser"], allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    audio_bitrate = serializers.IntegerField(allow_null=True, help_text="Bit/s.")
    is_reencoded = serializers.BooleanField(help_text="Browsers could not show what the encoder sends.")
    encoder = serializers.CharField(help_text="What the encoder calls itself.")


class TrackHealth(serializers.Serializer[Any]):
    """A published track; width and height are 0 where they are not known."""

    participant_identity = serializers.CharField()
    participant_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["audio", "video"])
    source = serializers.CharField(  # type: ignore[assignment]  # a Field has an attribute of this name
        help_text="camera, microphone, screen_share, screen_share_audio or unknown."
    )
    muted = serializers.BooleanField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    codec = serializers.CharField()
    simulcast = serializers.BooleanField()


class HLSHealth(serializers.Serializer[Any]):
    """Whether HLS runs, and how far it is behind."""

    status = serializers.ChoiceField(choices=["off", "starting", "running", "stalled"])
    latency = serializers.FloatField(allow_null=True, help_text="Seconds since the newest segment's first picture.")
    segments = serializers.IntegerField()


class CaptureHealth(serializers.Serializer[Any]):
    """The engine behind recording and HLS."""

    bitrate = serializers.IntegerField(help_text="Bit/s.")
    fps = serializers.FloatField()
    cpu = serializers.FloatField(help_text="Cores.")
    late = serializers.IntegerField(help_text="Pictures left out since its start.")


class RecordingHealth(serializers.Serializer[Any]):
    """The recording that runs."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    started_at = serializers.DateTimeField()
    duration = serializers.IntegerField(help_text="Whole seconds.")


class StreamHealthResponse(serializers.Serializer[Any]):
    """Real figures, and what is wrong in words."""

    status = serializers.ChoiceField(choices=["good", "poor", "offline"])
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Sentences for a person.")
    ingest = IngestHealth()
    tracks = TrackHealth(many=True)
    webrtc_viewers = serializers.IntegerField(help_text="People of the audience who watch over WebRTC.")
    hls = HLSHealth()
    recording = RecordingHealth(allow_null=True)
    warning_codes = serializers.ListField(child=serializers.CharField(), help_text="The warnings for machines.")
    capture = CaptureHealth(allow_null=True)


class StreamHealthViewSet(SessionOperations):
    """For host and co-hosts."""

    @operation("Sessions", reply=StreamHealthResponse, errors=[NotFound, NotAllowed])
    def stream_health(self, request: Request, session_id: str) -> Response:
        """See how the stream is doing: what arrives, what is passed on, and what to put right."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        return self.reply(stream_health(session), StreamHealthResponse)


urlpatterns: list[URLPattern] = [
    path("sessions/<str:session_id>/stream_health", StreamHealthViewSet.as_view({"get": "stream_health"})),
]
