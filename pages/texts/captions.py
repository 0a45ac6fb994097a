"""For static/js/captions/stage_captions.js and captioning.js."""

from typing import Any

from django.utils.translation import gettext as _


def captions_texts() -> dict[str, Any]:
    """For static/js/captions/stage_captions.js."""
    return {
        "every": _("All languages"),
        "unknown": _("Language not named"),
        "available": _("There are captions now. Turn them on under the picture."),
        "on": _("Captions on"),
        "off": _("Captions off"),
        "waiting": _("Captions appear here as soon as somebody speaks."),
    }


def captioning_texts() -> dict[str, Any]:
    """For static/js/captions/captioning.js."""
    return {
        "captions": captions_texts(),
        "sent": _("Sent"),
        "failed": _("This line did not get through. Check your connection, then press Enter again."),
        "notLive": _("The webinar is not live yet. You can write as soon as it is."),
        "live": _("The webinar is live: what you send is shown at once."),
        "ended": _("The webinar is over. Thank you for writing."),
        "reconnecting": _("The connection was lost. Trying again…"),
        "removed": _("You may no longer write captions here. Ask the host."),
        "language": _("Write the language as a tag, such as en, de or pt-BR."),
    }
