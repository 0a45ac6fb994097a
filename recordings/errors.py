"""Errors of recordings: the recording's present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Gone


class RecordingActive(Conflict):
    """The recording is still running."""

    code = "recording_active"
    sentence = _("This is still being recorded. Stop the recording first.")


class StorageFull(Conflict):
    """The organization's recordings use all of its space."""

    code = "storage_full"
    sentence = _("Your organization’s recordings use all of their space. Delete some first, also from the bin.")


class RecordingNotReady(Conflict):
    """Only completed recordings can be published."""

    code = "recording_not_ready"
    sentence = _("The recording is not ready yet. Wait until it has been processed.")


class TooManyTracks(Conflict):
    """A recording has a limited number of captions."""

    code = "too_many_tracks"
    sentence = _("This recording has as many captions as it can have. Delete some first.")


class RecordingNotFailed(Conflict):
    """The recording has not failed."""

    code = "recording_not_failed"
    sentence = _("Only a recording whose processing failed can be processed again.")


class LinkExpired(Gone):
    """The link to a file has expired; links are valid for an hour."""

    code = "link_expired"
    sentence = _("This link has expired. Get a new one where you found it.")


class TrimmedFileNotReady(Conflict):
    """The file of the shown span is still being made."""

    code = "trimmed_file_not_ready"
    sentence = _("The trimmed file is being made. Try again in a moment, or take the whole recording.")
