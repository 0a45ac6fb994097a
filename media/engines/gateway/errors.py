"""Errors of a publisher; each ends that publisher's connection and nothing else."""


class ProtocolError(Exception):
    """The peer violates RTMP, FLV or H.264. The message contains nothing of the stream."""


class LimitExceeded(ProtocolError):
    """Beyond the gateway's limits: a message too large, too many streams, too high a bit rate."""


class UnsupportedCodec(Exception):
    """The encoder sends a codec that cannot be passed on to browsers. ``codec`` is its common name."""

    def __init__(self, codec: str) -> None:
        super().__init__(f"{codec} is not supported. Choose H.264 for video and AAC for audio in your encoder.")
        self.codec = codec


class Refused(Exception):
    """The publisher is refused: ``code`` is RTMP's, ``description`` is shown by some encoders."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
