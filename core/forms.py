"""Form fields and helpers shared by several apps: text of people, times in the reader's zone, errors of services."""

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import texts
from core.errors import Invalid, Problem
from core.zones import ClockChange, in_zone, known_zones


class LineField(forms.CharField):
    """Text of a person on one line, cleaned by ``core.texts``; its length is checked after that."""

    default_error_messages = {
        "min_length": _lazy("Use at least %(limit_value)d characters."),
        "max_length": _lazy("Use at most %(limit_value)d characters."),
    }

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.longest = max_length
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        if len(text) > texts.most_raw(self.longest):
            message = self.error_messages["max_length"]
            raise forms.ValidationError(message, "max_length", {"limit_value": self.longest})
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


class NumberField(forms.IntegerField):
    """A whole number, with sentences that say what may be chosen."""

    default_error_messages = {
        "min_value": _lazy("Choose %(limit_value)d or more."),
        "max_value": _lazy("Choose %(limit_value)d or less."),
    }


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"
    FORMAT = "%Y-%m-%dT%H:%M"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs or None, format=self.FORMAT)

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: the field may be one that another choice hides, and browsers then refuse the form without a word."""
        return False


class MomentField(forms.DateTimeField):
    """A date and time on the clocks of the present zone; for a :class:`ZonedForm`.

    A time that the clocks skip is refused, with what to do. Of one that they show twice the form asks which is meant.
    ``kept`` is the moment that the form began with: sent back unchanged it stays what it was, to the second.
    """

    widget = MomentInput
    kept: datetime | None = None
    form: "ZonedForm"

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        text = str(value).strip()[:40]
        if self.kept is not None and text == timezone.localtime(self.kept).strftime(MomentInput.FORMAT):
            return self.kept
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            message = _("Enter a date and a time, such as 2027-12-24 18:00.")
            raise forms.ValidationError(message, "invalid") from None
        if not 1900 <= moment.year <= 9000:
            raise forms.ValidationError(_("Check the year of this date."), "invalid")
        return moment.astimezone(UTC) if timezone.is_aware(moment) else self._here(moment)

    def _here(self, naive: datetime) -> datetime:
        zone = zoneinfo.ZoneInfo(timezone.get_current_timezone_name())
        moment, change = in_zone(naive, zone)
        if change == ClockChange.MISSING:
            words = {"time": f"{naive:%H:%M}", "zone": zone.key.replace("_", " ")}
            message = _("On this day clocks go forward: %(zone)s has no %(time)s. Choose another time.")
            raise forms.ValidationError(message % words, "missing")
        return moment if change is None else self.form.meant(naive, zone)


class ZonedForm(forms.Form):
    """A form whose times are meant in the zone that the page showed, even if the browser's zone has changed since.

    The zone travels in the hidden field ``time_zone``; an unknown one falls back to the reader's present zone. A time
    more than FAR ahead is asked about: it counts once ``far_date`` names it. ``asked_about`` is that time. Of a time
    that the clocks show twice, ``which_hour`` says which is meant.
    """

    FAR = timedelta(days=5 * 365)
    FIRST, SECOND = "first", "second"

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone-input": ""}))
    which_hour = forms.ChoiceField(
        label=_lazy("Which of the two?"),
        required=False,
        choices=[(FIRST, ""), (SECOND, "")],
        widget=forms.RadioSelect,
    )
    is_asking_which_hour = False
    asked_about: datetime | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, MomentField):
                field.form = self
                field.kept = self.initial.get(name)  # with its microseconds
        named = str(self.data.get(self.add_prefix("time_zone"), ""))
        known = named in known_zones()
        self.zone = named if known else timezone.get_current_timezone_name()
        self.fields["time_zone"].initial = self.zone

    def meant(self, local: datetime, zone: zoneinfo.ZoneInfo) -> datetime:
        """Which of the two moments when clocks in ``zone`` show ``local``. Raises ValidationError: that is not said."""
        first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        clock = f"{local:%H:%M}"
        self.is_asking_which_hour = True
        asked = self.fields["which_hour"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [
            (self.FIRST, _("The first %(time)s (%(zone)s)") % {"time": clock, "zone": _zone_at(first)}),
            (self.SECOND, _("The second %(time)s (%(zone)s)") % {"time": clock, "zone": _zone_at(second)}),
        ]
        which = self.data.get(self.add_prefix("which_hour"))
        if which not in (self.FIRST, self.SECOND):
            words = {"time": clock, "zone": zone.key.replace("_", " ")}
            message = _("On this day clocks go back: %(zone)s has %(time)s twice. Choose which of the two is meant.")
            raise forms.ValidationError(message % words, "twice")
        return (first if which == self.FIRST else second).astimezone(UTC)

    def full_clean(self) -> None:
        with timezone.override(zoneinfo.ZoneInfo(self.zone)):
            super().full_clean()

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            moment = values.get(name)
            if isinstance(field, MomentField) and moment is not None and moment != field.kept:
                self._ask(name, moment)
        return values

    def _ask(self, name: str, moment: datetime) -> None:
        if moment < timezone.now() + self.FAR:
            return
        self.asked_about = moment
        if self.data.get("far_date") != self.far_date:
            year = timezone.localtime(moment).year
            message = _("This is in the year %(year)d. Is that right? Correct it, or tick the box below.")
            self.add_error(name, message % {"year": year})

    @property
    def far_date(self) -> str:
        """The value of ``far_date`` that says yes to the time that was asked about."""
        return self.asked_about.isoformat() if self.asked_about else ""

    @property
    def zone_name(self) -> str:
        """A zone's name for people: Europe/Berlin, America/New York."""
        return self.zone.replace("_", " ")


def _zone_at(moment: datetime) -> str:
    """The zone's name and offset at this moment: CEST, UTC+02:00."""
    offset = moment.strftime("%z")
    return f"{moment:%Z}, UTC{offset[:3]}:{offset[3:5]}"


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
