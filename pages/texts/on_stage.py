"""For static/js/on_stage/raise_hand.js, on_stage.js and what they mount: an attendee's way onto the stage."""

from typing import Any

from django.utils.translation import gettext as _

from pages.texts.recordings import recorded_texts


def hand_texts() -> dict[str, Any]:
    """For static/js/on_stage/raise_hand.js."""
    return {
        "raise": _("Raise hand"),
        "raised": _("Hand raised"),
        "position": _("No. %position"),
        "isUp": _("Your hand is up. Press again to lower it."),
        "isUpAt": _("Your hand is up: you are number %position. Press again to lower it."),
        "isDown": _("Your hand is down."),
        "rejected": _("You cannot come on stage right now. You may raise your hand again later."),
        "failed": _("That did not get through. Check your connection and try again."),
    }


def share_again() -> str:
    """What a browser does not let a page do by itself after it was loaded anew."""
    return _("You are back. Your screen is no longer shared: press “Share screen” to show it again.")


def publishing_texts() -> dict[str, Any]:
    """For static/js/devices/device_controls.js."""
    return {
        "unnamed": {"camera": _("Camera"), "microphone": _("Microphone"), "speaker": _("Speaker")},
        "microphone": {"on": _("Microphone is on"), "off": _("Microphone is off")},
        "camera": {"on": _("Camera is on"), "off": _("Camera is off")},
        "mute": _("Mute"),
        "unmute": _("Unmute"),
        "stopCamera": _("Stop camera"),
        "startCamera": _("Start camera"),
        "share": _("Share screen"),
        "stopShare": _("Stop sharing"),
        "shareStarted": _("Your screen is shared. It stands beside your camera."),
        "shareStopped": _("Your screen is no longer shared."),
        "shareAgain": share_again(),
        "talkingMuted": _("You are talking, but your microphone is off."),
        "replaced": {
            "camera": _("The camera was unplugged. Now using %label."),
            "microphone": _("The microphone was unplugged. Now using %label."),
        },
        "notAllowed": {
            "camera": _("The host does not allow your camera."),
            "microphone": _("The host does not allow your microphone."),
        },
    }


def on_stage_texts() -> dict[str, Any]:
    """For static/js/on_stage/on_stage.js and preview.js."""
    return publishing_texts() | {
        "offerTitle": _("Come on stage"),
        "offerLead": _("You may come on stage. Nobody sees or hears you yet; on stage, everyone in the webinar does."),
        "returnTitle": _("Come back on stage?"),
        "returnLead": _("You were on stage in this window. Nobody sees or hears you now; on stage, everyone does."),
        "elsewhereTitle": _("Move your stage here?"),
        "elsewhereLead": _(
            "You are on stage in another window or on another device. If you move here, the other one stops sending."
        ),
        "recorded": recorded_texts(),
        "go": _("Go on stage"),
        "moveHere": _("Move here"),
        "getReady": _("Get ready"),
        "waitingNotice": _("You may come on stage. Nobody sees or hears you yet."),
        "elsewhereNotice": _("You are on stage in another window or on another device."),
        "cameraOff": _("Your camera is off."),
        "soundOnly": _("Your camera is not used on this stage. Everyone hears you."),
        "onStage": _("You are on stage. Everyone sees and hears you."),
        "left": _("You left the stage. Camera and microphone are off."),
        "declined": _("You stay in the audience. You can raise your hand again at any time."),
        "takenOff": _("The host took you off the stage. Camera and microphone are off."),
        "withdrawn": _("The place on stage is no longer free for you."),
        "leaveFailed": _("You are off the air, but your place on stage could not be given back. Try again."),
        "allowedAgain": {
            "camera": _("You may turn your camera on again."),
            "microphone": _("You may turn your microphone on again."),
        },
        "noLonger": {
            "camera": _("The host turned your camera off. You cannot turn it on for now."),
            "microphone": _("The host turned your microphone off. You cannot turn it on for now."),
        },
        "hidden": _("The stage takes a short break. Stay here: it goes on by itself."),
        "hiddenForMe": _("The host has hidden the stage: nobody sees or hears you. It goes on by itself."),
        "shownAgain": _("The stage is shown again. Everyone sees and hears you."),
        "hostAway": _("The host is not on air at the moment. Stay here: it goes on by itself."),
    }
