"""The errors of media engines; exceptions of the engines' own clients never leave this package."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, Unavailable


class MediaUnavailable(Unavailable):
    """The media engine does not answer, answers too late, or refuses our credentials. The rest still works."""

    code = "media_unavailable"
    sentence = _("Video is not available right now. Everything else works; try again shortly.")
    retry_after = 5


class RoomMissing(NotFound):
    """The media engine has no room of this name: it was never made, or the engine has restarted since."""

    code = "media_room_missing"
    sentence = _("The media room does not exist.")


class CaptureLimit(Conflict):
    """The machine's limit of simultaneous captures is reached."""

    code = "capture_limit"
    sentence = _("The server cannot record more sessions at once. Try again when one of them is over.")


class OrganizationCaptures(CaptureLimit):
    """The organization's share of simultaneous captures is used up."""

    sentence = _("Your organization cannot record more sessions at once. Try again when one of them is over.")


class HostCaptures(CaptureLimit):
    """The host's share of simultaneous captures is used up."""

    sentence = _("You cannot record more of your sessions at once. Try again when one of them is over.")


class ViewerCaptures(CaptureLimit):
    """The viewer has started as many captures as they may."""

    sentence = _(
        "You are watching another webinar in the quality “Stable”. Close that page, then try again here after two "
        "minutes."
    )


class DiskFull(Unavailable):
    """Too little disk space is free for a new capture; running ones go on."""

    code = "disk_full"
    sentence = _("There is not enough disk space to record. Ask the administrator of this server to free some.")
    retry_after = 60
