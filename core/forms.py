"""Form fields and helpers shared by several apps: text of people, times in the reader's zone, errors of services."""

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import texts
from core.errors import Invalid, Problem
from core.zones import known_zones


class LineField(forms.CharField):
    """Text of a person on one line, cleaned by ``core.texts``; its length is checked after that."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.longest = max_length
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        if len(text) > texts.most_raw(self.longest):
            message = _("Use at most %(longest)d characters.") % {"longest": self.longest}
            raise forms.ValidationError(message, "max_length")
        return self.cleaned(text) or self.empty_value

    def cleaned(self, text: str) -> str:
        return texts.clean_line(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Browsers count UTF-16 code units, of which a character may take two, and also what cleaning removes."""
        attributes = super().widget_attrs(widget)
        return {name: attribute for name, attribute in attributes.items() if name not in ("maxlength", "minlength")}


class ParagraphsField(LineField):
    """Text of a person on one or several lines."""

    widget = forms.Textarea

    def cleaned(self, text: str) -> str:
        return texts.clean_text(text, most_breaks=texts.most_breaks(self.longest))


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs or None, format="%Y-%m-%dT%H:%M")


class LocalMomentField(forms.DateTimeField):
    """Date and time on the clocks of the present zone, which show an hour twice where they are put back, and skip one
    where they are put forward.

    Only a :class:`ZonedForm` has this field: it asks which of the two hours is meant.
    """

    widget = MomentInput
    form: "ZonedForm"

    def to_python(self, value: Any) -> Any:
        zone = timezone.get_current_timezone()
        with timezone.override(UTC):
            read = super().to_python(value)
        given = parse_datetime(value.strip()) if isinstance(value, str) else value
        has_offset = isinstance(given, datetime) and timezone.is_aware(given)
        return read if read is None or has_offset else self.form.moment(read.replace(tzinfo=None), zone)


class ZonedForm(forms.Form):
    """A form whose times are meant in the zone that the page showed, even if the browser's zone has changed since.

    The zone travels in the hidden field ``time_zone``; an unknown one falls back to the reader's present zone.
    ``which_hour`` is asked only about a time that the clocks show twice.
    """

    FIRST, SECOND = "first", "second"

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone-input": ""}))
    which_hour = forms.ChoiceField(
        label=_lazy("Which of the two?"),
        required=False,
        choices=[(FIRST, ""), (SECOND, "")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = str(self.data.get(self.add_prefix("time_zone"), ""))
        known = named in known_zones()
        self.zone = named if known else timezone.get_current_timezone_name()
        self.fields["time_zone"].initial = self.zone
        self.is_asking_which_hour = False
        for field in self.fields.values():
            if isinstance(field, LocalMomentField):
                field.form = self

    def moment(self, local: datetime, zone: tzinfo) -> datetime:
        """What ``local`` means in ``zone``. Raises ValidationError: the clocks skip it, or show it twice and the form
        does not say which is meant.
        """
        first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first
        clock = local.strftime("%H:%M")
        if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
            words = _("On this day the clocks are put forward and skip %(time)s. Choose an earlier or a later time.")
            raise forms.ValidationError(words % {"time": clock}, "skipped")
        self.is_asking_which_hour = True
        asked = self.fields["which_hour"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [
            (self.FIRST, _("The first %(time)s (%(zone)s)") % {"time": clock, "zone": _zone_at(first)}),
            (self.SECOND, _("The second %(time)s (%(zone)s)") % {"time": clock, "zone": _zone_at(second)}),
        ]
        which = self.data.get(self.add_prefix("which_hour"))
        if which not in (self.FIRST, self.SECOND):
            words = _("On this day the clocks are put back and show %(time)s twice. Choose which of the two is meant.")
            raise forms.ValidationError(words % {"time": clock}, "shown_twice")
        return first if which == self.FIRST else second

    def full_clean(self) -> None:
        with timezone.override(zoneinfo.ZoneInfo(self.zone)):
            super().full_clean()

    @property
    def zone_name(self) -> str:
        """A zone's name for people: Europe/Berlin, America/New York."""
        return self.zone.replace("_", " ")


def _zone_at(moment: datetime) -> str:
    """The zone's name and offset at this moment: CEST, UTC+02:00."""
    return moment.strftime("%Z, UTC%z")[:-2] + ":" + moment.strftime("%z")[-2:]


class UploadField(forms.FileField):
    """A file of at most ``max_bytes``. The browser refuses a larger one before it is sent (static/js/shared/app.js)."""

    widget = forms.FileInput

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        if max_bytes > settings.UPLOAD_LIMIT:
            raise ValueError("Of larger files than UPLOAD_LIMIT no page ever sees the end.")
        self.max_bytes = max_bytes
        super().__init__(**options)

    @property
    def too_large(self) -> str:
        """The error message for a larger file."""
        return _("This file is larger than %(limit)s. Choose a smaller one.") % {
            "limit": filesizeformat(self.max_bytes)
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-max-bytes": self.max_bytes}

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.attrs["data-too-large"] = self.too_large  # in the reader's language
        return super().get_bound_field(form, field_name)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and (value.size or 0) > self.max_bytes:
            raise forms.ValidationError(self.too_large, code="too_large")


def add_problem(form: forms.BaseForm, problem: Problem, names: Mapping[str, str] | None = None) -> None:
    """Show a service's error: at the field it names, otherwise above the form.

    ``names`` maps the service's field names to the form's where they differ.
    """
    faults = problem.errors if isinstance(problem, Invalid) else []
    for fault in faults:
        name = (names or {}).get(fault.field, fault.field)
        form.add_error(name if name in form.fields else NON_FIELD_ERRORS, str(fault.message))
    if not faults:
        form.add_error(NON_FIELD_ERRORS, str(problem.sentence))
