"""Stream keys for encoders (+)."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import NotAllowed, NotFound
from encoders import services
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded
from sessions.rights.capabilities import require


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


class StreamKeyResponse(serializers.Serializer[Any]):
    """What to type into an encoder: RTMP, or WHIP (OBS 30 and newer)."""

    rtmp = RTMPIngress(allow_null=True, help_text="Null while no encoder can push by RTMP.")
    rtmp_setup = RTMPSetup(allow_null=True)
    whip_url = serializers.CharField()
    whip_token = serializers.CharField(help_text="The bearer token for whip_url; it publishes for the host.")


def setup_values(setup: services.EncoderSetup | None) -> dict[str, Any]:
    """The values of ``rtmp``, ``rtmp_setup`` and ``whip_token``, null for sessions from the browser."""
    values: dict[str, Any] = {"rtmp": None, "rtmp_setup": None, "whip_token": setup.whip_token if setup else None}
    if setup is not None and setup.rtmp_url:
        values["rtmp"] = {"ingress_id": setup.ingress_id, "url": setup.rtmp_url, "stream_key": setup.stream_key}
        values["rtmp_setup"] = {
            "server": setup.rtmp_url,
            "stream_key": setup.stream_key,
            "instructions": {
                "step1": _(
                    "Open the streaming settings of your encoder (OBS: Settings, Stream), choose a custom server, and "
                    "enter the server and the stream key."
                ),
                "step2": _(
                    "In the encoder's output settings choose H.264 with a keyframe interval of 1 or 2 seconds, no "
                    "B-frames, and a constant bit rate of 2500 to 6000 kbit/s."
                ),
                "step3": _("Start streaming, look at the picture in the studio, then go live."),
            },
        }
    return values


class StreamKeyViewSet(SessionOperations):
    """The key of an encoder's session, for its host alone."""

    @operation("Sessions", reply=StreamKeyResponse, errors=[NotFound, NotAllowed, SessionEnded])
    def stream_key(self, request: Request, session_id: str) -> Response:
        """Get what to type into an encoder. 404 `none` for sessions from the browser."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_stream_key)
        return self._reply(services.show_setup(actor=self.person, session=session))

    @operation("Sessions", reply=StreamKeyResponse, errors=[NotFound, NotAllowed, SessionEnded])
    def rotate(self, request: Request, session_id: str) -> Response:
        """Change the stream key; whoever streams with the former one is cut off at once."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_stream_key)
        return self._reply(services.change_key(actor=self.person, session=session))

    def _reply(self, setup: services.EncoderSetup) -> Response:
        values = setup_values(setup) | {"whip_url": setup.whip_url}
        return self.reply(values, StreamKeyResponse, secret=True)


urlpatterns: list[URLPattern] = [
    path("sessions/<str:session_id>/stream_key", StreamKeyViewSet.as_view({"get": "stream_key"})),
    path("sessions/<str:session_id>/stream_key/rotate", StreamKeyViewSet.as_view({"post": "rotate"})),
]
