"""Sentences about recordings."""

from typing import Any

from django.utils.translation import gettext as _

from sessions.models import Session


def recorded_texts() -> dict[str, Any]:
    """For static/js/recordings/recorded.js."""
    return {
        "now": _("This webinar is being recorded, and you with it while you are on stage."),
        "planned": _("This webinar will be recorded, and you with it while you are on stage."),
        "not": _("This webinar is not being recorded at the moment. You are told here if that changes."),
        "started": _("This webinar is being recorded now."),
        "stopped": _("This webinar is not being recorded any more."),
    }


def recorded_sentence(session: Session, *, is_recorded: bool) -> str:
    """The same choice as static/js/recordings/recorded.js makes, for the page as it comes from here."""
    texts = recorded_texts()
    if is_recorded:
        return str(texts["now"])
    is_planned = session.status == Session.Status.SCHEDULED and session.flag("recording_enabled")
    return str(texts["planned" if is_planned else "not"])


def recording_texts() -> dict[str, Any]:
    """For static/js/studio/recording_controls.js."""
    return {
        "start": _("Record"),
        "stop": _("Stop recording"),
        "started": _("The recording has started. Everybody can see that."),
        "stopped": _("The recording has stopped. Its file is being made."),
        "none": _("Nothing has been recorded yet."),
        "since": _("Since %moment"),
        "capturing": _("Being recorded"),
        "processing": _("Being processed: %progress %"),
        "completed": _("Ready: %duration"),
        "failed": _("Failed"),
        "download": _("Download"),
        "downloadNamed": _("Download “%name”"),
        "ready": _("The recording “%name” is ready."),
        "failedNamed": _("The recording “%name” failed: %reason"),
    }
