"""Why a recording refuses: its present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Gone


class RecordingActive(Conflict):
    """It is being recorded now."""

    code = "recording_active"
    sentence = _("This is still being recorded. Stop the recording first.")


class StorageFull(Conflict):
    """The organization's recordings take all the room that they may."""

    code = "storage_full"
    sentence = _(
        "Your organization’s recordings take all the room that they may. Delete some, also from the bin, first."
    )


class RecordingNotReady(Conflict):
    """Only what was recorded and processed can be shown."""

    code = "recording_not_ready"
    sentence = _("The recording is not ready yet. Wait until it has been processed.")


class TooManyTracks(Conflict):
    """A recording has a bounded number of captions."""

    code = "too_many_tracks"
    sentence = _("This recording has as many captions as it can have. Delete some first.")


class RecordingNotFailed(Conflict):
    """There is nothing to try again."""

    code = "recording_not_failed"
    sentence = _("Only a recording whose processing failed can be processed again.")


class LinkExpired(Gone):
    """A link to a file, which is good for an hour."""

    code = "link_expired"
    sentence = _("This link is no longer good. Get a new one where you found it.")


class TrimmedFileNotReady(Conflict):
    """The file of the span that is shown is being made."""

    code = "trimmed_file_not_ready"
    sentence = _("The trimmed file is being made. Try again in a moment, or take the whole recording.")
