"""Forms of recordings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LineField
from recordings.lists import LONGEST_SEARCH, Order
from recordings.models import Recording
from sessions.forms import RoomFilterForm


class RecordingForm(forms.Form):
    """What a host can set for a recording."""

    name = LineField(
        label=_("Name"), max_length=255, help_text=_("Your audience reads it above the replay, and in downloads.")
    )


_ALL = ("", _("All"))
_FLAGS = {"yes": True, "no": False}


class RecordingSearchForm(RoomFilterForm):
    """What narrows and orders the list of all recordings. What is wrong or left empty narrows nothing."""

    q = LineField(label=_("Name or webinar"), max_length=LONGEST_SEARCH, required=False, widget=forms.SearchInput())
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            _ALL,
            (Recording.Status.COMPLETED, _("Ready")),
            (Recording.Status.RECORDING, _("Being made")),
            (Recording.Status.FAILED, _("Failed")),
        ],
    )
    published = forms.ChoiceField(
        label=_("Publishing"),
        required=False,
        choices=[_ALL, ("yes", _("Published")), ("no", _("Not published"))],
    )
    kept = forms.ChoiceField(
        label=_("Retention"), required=False, choices=[_ALL, ("yes", _("Kept")), ("no", _("Not kept"))]
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)

    def filters(self) -> dict[str, Any]:
        """The arguments of ``lists.matching``."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "q": found.get("q", ""),
            "status": found.get("status", ""),
            "is_published": _FLAGS.get(found.get("published", "")),
            "is_kept": _FLAGS.get(found.get("kept", "")),
            "room": room.pk if (room := found.get("room")) else None,
            "sort": found.get("sort") or Order.NEWEST,
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return any(self.cleaned_data.get(name) for name in ("q", "status", "published", "kept", "room"))


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
