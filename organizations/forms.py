"""Forms of `organizations`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NumberField
from organizations.models import Library


class RetentionForm(forms.ModelForm):
    """How long a library keeps attendance."""

    class Meta:
        model = Library
        fields = ("attendance_retention_days",)
        labels = {"attendance_retention_days": _("Days to keep names and e-mails of attendees")}
        help_texts = {
            "attendance_retention_days": _(
                "They are deleted that many days after a webinar. Leave it empty to keep them."
            )
        }
        error_messages = {"attendance_retention_days": NumberField.default_error_messages}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = kwargs["instance"].pk.hex
        super().__init__(*args, **kwargs)
