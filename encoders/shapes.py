"""What encoders publish, in replies: what to type into one, and how the stream is doing."""

from typing import Any, Literal, Self
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from core.published import Moment, Published
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
    """What to enter in an encoder."""

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
                "B-frames, and a constant bit rate of 2500 to 6000 kbit/s; beyond %(max_kbps)s kbit/s the encoder is "
                "disconnected."
            )
            % {"max_kbps": setup.max_kbps},
            step3=_("Start streaming, look at the picture in the studio, then go live."),
        )
        return cls(server=setup.rtmp_url, stream_key=setup.stream_key, instructions=instructions)


class StreamKey(Published, name="StreamKeyResponse"):
    """What to enter in an encoder: RTMP, or WHIP (OBS 30 and newer)."""

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


class IngestHealth(Published):
    """What the encoder, or the host's camera, sends; null: not known, or nothing is sent."""

    bitrate: int | None = Field(description="Of the picture, in bit/s.")
    fps: float | None
    width: int | None
    height: int | None
    codec: str | None
    keyframe_interval: float | None = Field(description="Seconds.")
    last_packet_at: Moment | None
    state: Literal["waiting", "publishing", "interrupted"]
    protocol: Literal["rtmp", "whip", "browser"] | None
    since: Moment | None
    audio_bitrate: int | None = Field(description="Bit/s.")
    is_reencoded: bool = Field(description="Browsers could not show what the encoder sends.")
    encoder: str = Field(description="What the encoder calls itself.")

    @classmethod
    def of(cls, **known: Any) -> Self:
        """The fields that are known, of which ``state`` always is; the others are empty."""
        empty: dict[str, Any] = dict.fromkeys(cls.model_fields)
        return cls(**empty | {"is_reencoded": False, "encoder": ""} | known)


class TrackHealth(Published):
    """A published track; width and height are 0 where they are not known."""

    participant_identity: str
    participant_name: str
    kind: Literal["audio", "video"]
    source: str = Field(description="camera, microphone, screen_share, screen_share_audio or unknown.")
    muted: bool
    width: int
    height: int
    codec: str
    simulcast: bool


class HLSHealth(Published):
    """Whether HLS runs, and how far it is behind."""

    status: Literal["off", "starting", "running", "stalled"]
    latency: float | None = Field(description="Seconds since the newest segment's first picture.")
    segments: int


class CaptureHealth(Published):
    """The engine behind recording and HLS."""

    bitrate: int = Field(description="Bit/s.")
    fps: float
    cpu: float = Field(description="Cores.")
    late: int = Field(description="Pictures left out since its start.")


class RecordingHealth(Published):
    """The recording that runs."""

    id: UUID
    name: str
    started_at: Moment
    duration: int = Field(description="Whole seconds.")


class StreamHealth(Published, name="StreamHealthResponse"):
    """Real figures, and what is wrong in words."""

    status: Literal["good", "poor", "offline"]
    warnings: list[str] = Field(description="Sentences for a person.")
    ingest: IngestHealth
    tracks: list[TrackHealth]
    webrtc_viewers: int = Field(description="People of the audience who watch over WebRTC.")
    hls: HLSHealth
    recording: RecordingHealth | None
    warning_codes: list[str] = Field(description="The warnings for machines.")
    capture: CaptureHealth | None
