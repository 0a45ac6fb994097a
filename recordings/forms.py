"""Forms of recordings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LineField


class RecordingForm(forms.Form):
    """What a host can set for a recording."""

    name = LineField(
        label=_("Name"), max_length=255, help_text=_("Your audience reads it above the replay, and in downloads.")
    )


class CleanUpForm(forms.Form):
    """The choices of a clean-up by staff."""

    older_than_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=36_500,
        label=_("Recordings older than this many days"),
        help_text=_("They go into the bin, except those marked as kept."),
    )
    orphans = forms.BooleanField(
        required=False,
        label=_("Orphaned files and recordings"),
        help_text=_("Files without a recording are deleted for good; recordings without a file go into the bin."),
    )
