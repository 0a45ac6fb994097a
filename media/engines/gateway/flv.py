"""FLV's tag bodies, which RTMP's media messages are (Adobe, "FLV file format 10.1", annex E; enhanced RTMP v2)."""

from dataclasses import dataclass, field
from enum import Enum

from media.engines.gateway.errors import ProtocolError, UnsupportedCodec

H264, AAC = 7, 10
IS_ENHANCED = 0x80  # enhanced RTMP: a FourCC names the codec
KEY_FRAME, COMMAND_FRAME = 1, 5
VIDEO_CODECS = {2: "H.263", 3: "Screen video", 4: "VP6", 5: "VP6", 6: "Screen video", 12: "HEVC (H.265)", 13: "AV1"}
FOUR_CC = {
    b"hvc1": "HEVC (H.265)",
    b"av01": "AV1",
    b"vp08": "VP8",
    b"vp09": "VP9",
    b"avc1": "H.264 over enhanced RTMP",
    b"vvc1": "VVC (H.266)",
}
AUDIO_CODECS = {0: "PCM", 1: "ADPCM", 2: "MP3", 3: "PCM", 4: "Nellymoser", 5: "Nellymoser", 6: "Nellymoser"} | {
    7: "G.711",
    8: "G.711",
    9: "Enhanced RTMP audio",
    11: "Speex",
    14: "MP3",
}


class Kind(Enum):
    CONFIGURATION = "how to decode what follows"
    FRAME = "a frame"
    END = "the end of a sequence"


@dataclass(frozen=True, slots=True)
class VideoTag:
    """``composition``: milliseconds from decoding to presentation."""

    kind: Kind
    is_key: bool
    composition: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AudioTag:
    """AAC: an AudioSpecificConfig or one raw frame."""

    kind: Kind
    data: bytes = field(repr=False)


def read_video(body: bytes) -> VideoTag | None:
    """Parse a tag of H.264; None for one without a frame. Raises UnsupportedCodec, ProtocolError."""
    first = _byte(body, 0)
    if first & IS_ENHANCED:
        raise UnsupportedCodec(FOUR_CC.get(body[1:5], "Enhanced RTMP video"))
    frame_type, codec = first >> 4, first & 0x0F
    if codec != H264:
        raise UnsupportedCodec(VIDEO_CODECS.get(codec, "This video codec"))
    if frame_type == COMMAND_FRAME:
        return None
    kind = _kind(_byte(body, 1))
    if len(body) < 5:
        if kind is Kind.END:
            return None
        raise ProtocolError("A video tag is cut off.")
    composition = int.from_bytes(body[2:5], "big", signed=True)
    return VideoTag(kind, frame_type == KEY_FRAME, composition, body[5:])


def read_audio(body: bytes) -> AudioTag:
    """Parse a tag of AAC. Raises UnsupportedCodec, ProtocolError."""
    codec = _byte(body, 0) >> 4
    if codec != AAC:
        raise UnsupportedCodec(AUDIO_CODECS.get(codec, "This audio codec"))
    return AudioTag(Kind.CONFIGURATION if _byte(body, 1) == 0 else Kind.FRAME, body[2:])


def _kind(packet_type: int) -> Kind:
    try:
        return (Kind.CONFIGURATION, Kind.FRAME, Kind.END)[packet_type]
    except IndexError:
        raise ProtocolError("A video tag of an unknown type.") from None


def _byte(body: bytes, at: int) -> int:
    if at >= len(body):
        raise ProtocolError("A media tag is cut off.")
    return body[at]
