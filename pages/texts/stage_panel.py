"""For static/js/stage/stage_panel.js."""

from typing import Any

from django.utils.translation import gettext as _


def stage_panel_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {
        "handRaised": _("%name raised a hand."),
        "wantsToJoin": _("%name asks to join the stage."),
        "kinds": {
            "hand": _("Raised a hand"),
            "request": _("Asks to join"),
            "both": _("Raised a hand and asks to join"),
        },
        "moreWaiting": {"one": _("%count more person waits."), "other": _("%count more people wait.")},
        "waiting": _("waiting for %time"),
        "does": {
            "approve": _("Bring on stage"),
            "reject": _("Decline"),
            "takeOff": _("Take off stage"),
        },
        "doesTo": {
            "approve": _("Bring on stage: %name"),
            "reject": _("Decline: %name"),
            "takeOff": _("Take off stage: %name"),
        },
        "microphoneOf": _("Microphone of %name"),
        "cameraOf": _("Camera of %name"),
        "allowed": _("allowed"),
        "forbidden": _("not allowed"),
        "count": _("%count of %limit places are taken. Host and co-hosts need none."),
        "full": _("The stage is full. Take somebody off, or raise the limit in the session’s settings."),
        "off": _("The stage is switched off in this session. Switch it on in the session’s settings."),
        "cameOn": _("%name is on stage."),
        "wentOff": _("%name left the stage."),
        "nobodyFound": _("Nobody of this name is here and off the stage."),
        "more": _("More people match. Type more of the name."),
        "failed": _("That did not get through. Check your connection and try again."),
    }
