"""Sentences of the stream's health in the studio."""

from typing import Any

from django.utils.translation import gettext as _


def health_texts() -> dict[str, Any]:
    """For static/js/encoder/health.js."""
    return {
        "states": {
            "waiting": _("Waiting for your encoder"),
            "publishing": _("Your stream arrives"),
            "interrupted": _("Your encoder was interrupted"),
        },
        "statuses": {
            "good": _("Everything is fine."),
            "poor": _("Something should be put right:"),
            "offline": _("Nothing is sent at the moment."),
        },
        "protocols": {"rtmp": _("Encoder (RTMP)"), "whip": _("Encoder (WHIP)"), "browser": _("Browser")},
        "kbps": _("%number kbit/s"),
        "fps": _("%number pictures a second"),
        "seconds": _("every %number s"),
        "reencoded": _("encoded again here"),
        "people": {"one": _("%count person"), "other": _("%count people")},
        "hls": {
            "off": _("off"),
            "starting": _("starting"),
            "running": _("running"),
            "stalled": _("stands still"),
        },
        "behind": _("%number s behind"),
        "recording": _("running for %minutes min"),
        "notRecorded": _("off"),
        "chart": _(
            "Over the last minutes: %least to %most kbit/s, now %now; at least %fewest pictures a second, now %fps."
        ),
        "noPicture": _(
            "No picture arrives yet: start streaming in your encoder first. If you go live now, your audience reads "
            "“We’ll be right back”."
        ),
    }
