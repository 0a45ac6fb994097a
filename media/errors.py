"""The one family of errors that media engines raise; what the engines' own clients raise never leaves this package."""

from django.utils.translation import gettext_lazy as _

from base.errors import NotFound, Unavailable


class MediaUnavailable(Unavailable):
    """The media engine does not answer, answers too late, or refuses our credentials. Everything but media works on."""

    code = "media_unavailable"
    sentence = _("Video is not available right now. Everything else works; try again shortly.")
    retry_after = 5


class RoomMissing(NotFound):
    """The media engine has no room of this name: it was never made, or the engine has been restarted since."""

    code = "media_room_missing"
    sentence = _("The media room does not exist.")
