"""For static/js/replay/replay.js and its parts."""

from typing import Any

from django.utils.translation import gettext as _


def player_texts() -> dict[str, Any]:
    """For static/js/replay/video_controls.js, seek_bar.js and video_captions.js."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "soundOn": _("Turn sound on"),
        "soundOff": _("Turn sound off"),
        "fullscreen": _("Full screen"),
        "leaveFullscreen": _("Leave full screen"),
        "position": _("%time of %length"),
        "percent": _("%percent %"),
        "volumeIs": _("Volume %percent %"),
        "speedIs": _("Speed %speed"),
        "captionsOn": _("Captions on"),
        "captionsOff": _("Captions off"),
        "captions": {"off": _("Off"), "unknown": _("Language not named")},
    }


def replay_texts() -> dict[str, Any]:
    """For static/js/replay/replay.js."""
    return player_texts() | {
        "close": _("Close"),
        "processing": _("The recording is being prepared. This page shows it by itself."),
        "review": _("The host looks at the recording first. This page shows it as soon as it is published."),
        "none": _("There is no recording to watch."),
        "goesOn": _("You were here before: it goes on at %time."),
        "fromStart": _("From the beginning"),
        "transcript": {
            "found": {"one": _("%count line"), "other": _("%count lines")},
            "nothing": _("Nothing found"),
        },
    }


def afterwards_texts() -> dict[str, str]:
    """For static/js/watch/afterwards.js."""
    return {
        "processing": _("The recording is being prepared. Stay here and this page shows it as soon as it is ready."),
        "review": _("There will be a recording. The host looks at it first; this page shows it once it is published."),
        "thanks": _("Thank you for coming."),
    }


def trim_texts() -> dict[str, Any]:
    """For static/js/recordings/trim.js."""
    return player_texts() | {
        "from": _("Begins at %time"),
        "to": _("Ends at %time"),
        "preview": _("Play the trimmed recording"),
        "whole": _("Back to the whole recording"),
        "length": _("%length of %whole are shown"),
        "unsaved": _("Not saved yet"),
    }
