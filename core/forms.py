"""Form fields and helpers shared by several apps: text of people, times in the reader's zone, errors of services."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

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


class ZonedForm(forms.Form):
    """A form whose times are meant in the zone that the page showed, even if the browser's zone has changed since.

    The zone travels in the hidden field ``time_zone``; an unknown one falls back to the reader's present zone.
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
        """A zone's name for people: Europe/Berlin, America/New York."""
        return self.zone.replace("_", " ")


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
