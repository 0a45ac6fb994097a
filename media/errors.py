"""The one family of errors that media engines raise; what the engines' own clients raise never leaves this package."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, Unavailable


class MediaUnavailable(Unavailable):
    """The media engine does not answer, answers too late, or refuses our credentials. Everything but media works on."""

    code = "media_unavailable"
    sentence = _("Video is not available right now. Everything else works; try again shortly.")
    retry_after = 5


class RoomMissing(NotFound):
    """The media engine has no room of this name: it was never made, or the engine has been restarted since."""

    code = "media_room_missing"
    sentence = _("The media room does not exist.")


class CaptureLimit(Conflict):
    """As many rooms are captured as this machine can do at once."""

    code = "capture_limit"
    sentence = _("As many sessions as possible are being recorded already. Try again when one of them is over.")


class OrganizationCaptures(CaptureLimit):
    """One organization has as many as it may have at once; the rest is for the others."""

    sentence = _(
        "As many sessions of your organization as may be recorded at once are being recorded. Try again when one of "
        "them is over."
    )


class HostCaptures(CaptureLimit):
    """One host has as many as they may have at once; the rest is for the others."""

    sentence = _(
        "As many of your sessions as may be recorded at once are being recorded. Try again when one of them is over."
    )


class ViewerCaptures(CaptureLimit):
    """One viewer made begin as many as they may."""

    sentence = _("You are watching another webinar over HLS. Close it there; two minutes later it can be started here.")


class DiskFull(Unavailable):
    """So little disk is free that nothing new is begun; what runs goes on."""

    code = "disk_full"
    sentence = _("There is not enough disk space to record. Ask whoever runs this product to make room.")
    retry_after = 60
