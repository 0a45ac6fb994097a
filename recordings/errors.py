"""Why a recording refuses: its present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from base.errors import Conflict


class RecordingActive(Conflict):
    """It is being recorded now."""

    code = "recording_active"
    sentence = _("This is still being recorded. Stop the recording first.")


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
