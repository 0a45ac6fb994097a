"""What encoders publish, in replies: what to type into one."""

from typing import Self

from django.utils.translation import gettext as _
from pydantic import Field

from core.published import Published
from encoders.services import EncoderSetup


class RTMPIngress(Published):
    """The ingest of an encoder."""

    ingress_id: str
    url: str
    stream_key: str

    @classmethod
    def of(cls, setup: EncoderSetup | None) -> Self | None:
        """None for sessions from the browser, and while no encoder can push by RTMP."""
        if setup is None or not setup.rtmp_url:
            return None
        return cls(ingress_id=setup.ingress_id, url=setup.rtmp_url, stream_key=setup.stream_key)


class RTMPInstructions(Published):
    """Three sentences for the person at the encoder."""

    step1: str
    step2: str
    step3: str


class RTMPSetup(Published):
    """What to type into an encoder."""

    server: str
    stream_key: str
    instructions: RTMPInstructions

    @classmethod
    def of(cls, setup: EncoderSetup | None) -> Self | None:
        """None as :meth:`RTMPIngress.of`."""
        if setup is None or not setup.rtmp_url:
            return None
        instructions = RTMPInstructions(
            step1=_(
                "Open the streaming settings of your encoder (OBS: Settings, Stream), choose a custom server, and "
                "enter the server and the stream key."
            ),
            step2=_(
                "In the encoder's output settings choose H.264 with a keyframe interval of 1 or 2 seconds, no "
                "B-frames, and a constant bit rate of 2500 to 6000 kbit/s."
            ),
            step3=_("Start streaming, look at the picture in the studio, then go live."),
        )
        return cls(server=setup.rtmp_url, stream_key=setup.stream_key, instructions=instructions)


class StreamKey(Published, name="StreamKeyResponse"):
    """What to type into an encoder: RTMP, or WHIP (OBS 30 and newer)."""

    rtmp: RTMPIngress | None = Field(description="Null while no encoder can push by RTMP.")
    rtmp_setup: RTMPSetup | None
    whip_url: str
    whip_token: str = Field(description="The bearer token for whip_url; it publishes for the host.")

    @classmethod
    def of(cls, setup: EncoderSetup) -> Self:
        return cls(
            rtmp=RTMPIngress.of(setup),
            rtmp_setup=RTMPSetup.of(setup),
            whip_url=setup.whip_url,
            whip_token=setup.whip_token,
        )
