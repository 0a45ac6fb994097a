"""Sentences that the page modules say, in the reader's language; ``%name`` is filled in by the browser."""

from typing import Any

from django.utils.translation import gettext as _

from pages.texts.captions import captions_texts
from pages.texts.chat import chat_texts
from pages.texts.encoder import health_texts
from pages.texts.on_stage import hand_texts, on_stage_texts, share_again
from pages.texts.people import people_texts
from pages.texts.polls import polls_texts
from pages.texts.questions import questions_texts
from pages.texts.recordings import recorded_texts, recording_texts
from pages.texts.replay import afterwards_texts
from pages.texts.stage_panel import stage_panel_texts


def panels_texts() -> dict[str, Any]:
    """For static/js/room/panels.js: the texts of each panel by its name."""
    return {
        "chat": chat_texts(),
        "people": people_texts(),
        "polls": polls_texts(),
        "questions": questions_texts(),
        "stage": stage_panel_texts(),
    }


def stage_texts() -> dict[str, Any]:
    """For static/js/stage/stage.js."""
    return {
        "host": _("Host"),
        "you": _("you"),
        "screen": _("Screen of %name"),
        "micOff": _("Microphone off"),
        "swap": _("Swap screen and people"),
        "enlarge": _("Enlarge the screen"),
    }


def hls_texts() -> dict[str, Any]:
    """For static/js/hls/."""
    return {
        "picture": _("Picture of the webinar"),
        "play": _("Play"),
        "pause": _("Pause"),
        "live": _("Live"),
        "behind": _("%time behind live"),
        "blocked": _(
            "Your network lets no direct video through. You are watching some seconds later. "
            "To try the direct way again, choose another quality."
        ),
        "weak": _(
            "Your connection is weak. You are watching some seconds later, in a picture that fits it. "
            "To try the direct way again, choose another quality."
        ),
    }


def watch_texts() -> dict[str, Any]:
    """For static/js/watch/watch.js and what it mounts."""
    return {
        "stage": stage_texts(),
        "panels": panels_texts(),
        "captions": captions_texts(),
        "hand": hand_texts(),
        "afterwards": afterwards_texts(),
        "onStage": on_stage_texts(),
        "recorded": recorded_texts(),
        "hls": hls_texts(),
        "startsIn": _("Starts in %duration"),
        "gettingReady": _("The host is getting ready"),
        "noTime": _("It starts as soon as the host is ready"),
        "live": _("The webinar is live"),
        "back": _("The host is back"),
        "away": _("We’ll be right back"),
        "soundOff": _("Turn sound off"),
        "soundOn": _("Turn sound on"),
        "fullscreen": _("Full screen"),
        "leaveFullscreen": _("Leave full screen"),
        "cameraOff": _("The host turned the camera off"),
        "cameraOn": _("The host turned the camera on"),
        "microphoneOff": _("The host turned the microphone off"),
        "microphoneOn": _("The host turned the microphone on"),
        "screenOn": _("A screen is being shared"),
        "screenOff": _("The screen is no longer shared"),
        "toneFailed": _("The browser could not play the tone."),
        "tonePlayed": _("You should have heard two notes. If not, check volume and speaker."),
        "close": _("Close this notice"),
        "watching": {"one": _("%count person is here"), "other": _("%count people are here")},
        "promoted": {
            "co_host": _("You are co-host of this webinar."),
            "moderator": _("You are moderator of this webinar."),
            "speaker": _("You are speaker in this webinar: wait backstage to be brought on."),
            "open": _("Open the studio"),
        },
        "reconnecting": _("Reconnecting: this page may not be up to date."),
        "numbered": _("Somebody here has your name already: you are shown as “%name”."),
    }


def studio_texts() -> dict[str, Any]:
    """For static/js/studio/studio.js and what it mounts."""
    return {
        "stage": stage_texts(),
        "panels": panels_texts(),
        "close": _("Close this notice"),
        "recorded": recorded_texts(),
        "recording": recording_texts(),
        "unnamed": {"camera": _("Camera"), "microphone": _("Microphone"), "speaker": _("Speaker")},
        "check": {
            "cameraGood": _("Your camera works."),
            "microphoneQuiet": _("Say something: the bar should move."),
            "microphoneGood": _("Your microphone hears you."),
            "recording": _("Recording — say a sentence…"),
            "playing": _("This is how you sound…"),
            "recorded": _("Played. Did it sound right? If not, choose another microphone."),
            "toneFailed": _("The browser could not play the tone."),
            "tonePlayed": _("You should have heard two notes. If not, choose another speaker."),
            "connecting": _("Checking the connection…"),
            "connectionGood": _("Good: video and sound get through."),
            "signalling": _("Connection to the server"),
            "media": _("Video and sound"),
            "resume": _("Coming back after an interruption"),
            "passed": _("works"),
            "failed": _("does not work"),
            "resumeFailed": _("Interruptions may take a little longer to heal."),
        },
        "state": {
            "connecting": _("Connecting…"),
            "connected": _("Connected"),
            "weak": _("Weak connection"),
            "reconnecting": _("Reconnecting…"),
        },
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
        "waiting": {
            "zero": _("Nobody is waiting yet."),
            "one": _("%count person is waiting. They will see and hear you at once."),
            "other": _("%count people are waiting. They will see and hear you at once."),
        },
        "watching": {
            "zero": _("Nobody is watching right now. The webinar ends for good."),
            "one": _("%count person is watching. It ends for them too, and for good."),
            "other": _("%count people are watching. It ends for all of them, and for good."),
        },
        "countWaiting": {"one": _("%count waiting"), "other": _("%count waiting")},
        "countWatching": {"one": _("%count watching"), "other": _("%count watching")},
        "wentLive": _("You are live."),
        "isLive": _("The webinar is live."),
        "onStage": _("You are on stage."),
        "offStage": _("You are off the stage: nobody sees or hears you any more."),
        "stageHidden": _("The stage is hidden: nobody is seen or heard."),
        "stageShown": _("The stage is shown again."),
        "idle": _("Nobody of the crew was here for a while. The session ends by itself: %moment."),
        "idleOver": _("The session goes on."),
        "health": health_texts(),
        "socketLost": _("Numbers are not up to date: reconnecting to the server."),
    }
