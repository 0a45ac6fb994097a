"""What may be wrong with a publisher; each ends that publisher's connection and nothing else."""


class ProtocolError(Exception):
    """The peer sends what RTMP, FLV or H.264 do not allow. The message names no content of the stream."""


class LimitExceeded(ProtocolError):
    """More than this gateway takes: a message too large, too many streams, too high a bit rate."""


class UnsupportedCodec(Exception):
    """The encoder sends a codec that does not reach browsers from here. ``codec`` is its common name."""

    def __init__(self, codec: str) -> None:
        super().__init__(f"{codec} is not supported. Choose H.264 for video and AAC for audio in your encoder.")
        self.codec = codec


class Refused(Exception):
    """The publisher is turned away in words: ``code`` is RTMP's, ``description`` is shown by some encoders."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
