"""Sentences about what is wrong with a stream, for the person who can fix it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.ingests.port import IngestWarning

_WORDS: dict[str, str | Promise] = {
    "b_frames": _(
        "The encoder sends B-frames, which browsers cannot show. The picture is encoded again here, which costs "
        "quality and computing power. Turn B-frames off in the encoder."
    ),
    "aspect": _(
        "The video is re-encoded here, because its pixels are not square and browsers would squeeze it. Choose an "
        "output size in the encoder whose pixels are square, such as 1280×720."
    ),
    "reencoding": _(
        "The video is re-encoded here, because browsers cannot show its H.264 profile. Choose the profile "
        "“high”, “main” or “baseline” in the encoder."
    ),
    "keyframe_interval": _(
        "A key frame comes only every %(seconds)s seconds, and new viewers wait that long for video. Set a "
        "keyframe interval of 1 or 2 seconds in the encoder."
    ),
    "low_bitrate": _(
        "The bit rate of %(video_kbps)s kbit/s is low for this picture: it will look blocky. Raise the bit rate, or "
        "lower the resolution."
    ),
    "high_bitrate": _(
        "The bit rate is %(kbps)s kbit/s. Beyond %(max_kbps)s kbit/s over a minute the encoder is disconnected. Lower "
        "the bit rate in the encoder."
    ),
    "no_audio": _("No audio arrives. Check the microphone and the audio settings of the encoder."),
    "no_video": _(
        "No video arrives. The recording and the quality “Stable” show your name instead. Check the camera, or the "
        "video settings of the encoder."
    ),
    "unsupported_codec": _(
        "The encoder sends %(codec)s, which cannot be used. Choose H.264 for the picture and AAC for the sound."
    ),
    "interrupted": _("The encoder is not connected any more. Start streaming again; the webinar goes on meanwhile."),
    "turned_away_codec": _(
        "The encoder was disconnected: it sends %(detail)s. Choose H.264 for video and AAC for audio, then start "
        "streaming again."
    ),
    "turned_away": _(
        "The encoder was disconnected, because its stream cannot be used: %(detail)s Check its settings, then start "
        "streaming again."
    ),
    "not_passed_on": _("The stream arrives, but it does not reach the video server yet. We keep trying."),
    "media_unavailable": _("The video server does not answer. It is usually back within a minute."),
    "nothing_sent": _("You are live, but nobody sends video or audio."),
    "capture_failed": _("The recording or the quality “Stable” has a problem: %(reason)s"),
    "capture_slow": _(
        "The recording and the quality “Stable” leave out pictures, because the server is too slow at the moment."
    ),
    "hls_stalled": _("The quality “Stable” has stalled: nothing new has come for some seconds."),
}


class Warnings:
    """Collects warnings, each once."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.sentences: list[str] = []

    def add(self, code: str, **figures: object) -> None:
        """Add a warning; ``figures`` fill its sentence."""
        if code not in self.codes:
            self.codes.append(code)
            self.sentences.append(str(_WORDS[code]) % figures)

    def add_of_ingest(self, code: str, warning: IngestWarning | None) -> None:
        """What the ingest engine warns of, with the figures that it gave."""
        if code == "reencoding" and warning is not None and warning.reason == "b_frames":
            return  # said already, with what to do about it
        if code == "reencoding" and warning is not None and warning.reason == "aspect":
            code = "aspect"
        self.add(
            code,
            seconds=_short(warning.seconds if warning else None),
            video_kbps=_short(warning.video_kbps if warning else None),
            kbps=_short(warning.kbps if warning else None),
            max_kbps=_short(warning.max_kbps if warning else None),
            codec=(warning.codec if warning else None) or "?",
        )


def _short(value: float | None) -> str:
    return "?" if value is None else f"{value:.1f}".removesuffix(".0")
