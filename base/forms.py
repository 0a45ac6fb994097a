"""What the forms of several apps share: moments in the reader's zone, and refusals of services at their fields."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone

from base.errors import Invalid, Problem
from base.zones import known_zones


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs or None, format="%Y-%m-%dT%H:%M")


class ZonedForm(forms.Form):
    """A form whose moments are meant in the zone that the page named, also when the browser's has changed since.

    The zone travels in the hidden field ``time_zone``; an unknown one counts as the reader's present zone.
    """

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone-input": ""}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = str(self.data.get(self.add_prefix("time_zone"), ""))
        known = named in known_zones()
        self.zone = named if known else timezone.get_current_timezone_name()
        self.fields["time_zone"].initial = self.zone

    def full_clean(self) -> None:
        with timezone.override(zoneinfo.ZoneInfo(self.zone)):
            super().full_clean()

    @property
    def zone_name(self) -> str:
        """For people: Europe/Berlin, America/New York."""
        return self.zone.replace("_", " ")


def add_problem(form: forms.BaseForm, problem: Problem, names: Mapping[str, str] | None = None) -> None:
    """Show why a service refused: at the field it named, else above the form.

    ``names`` maps the service's field names to the form's where they differ.
    """
    faults = problem.errors if isinstance(problem, Invalid) else []
    for fault in faults:
        name = (names or {}).get(fault.field, fault.field)
        form.add_error(name if name in form.fields else NON_FIELD_ERRORS, str(fault.message))
    if not faults:
        form.add_error(NON_FIELD_ERRORS, str(problem.sentence))
