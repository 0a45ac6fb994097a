"""Forms of `organizations`."""

from typing import Any

from django import forms

from organizations.models import Library


class RetentionForm(forms.ModelForm):
    """How long a library keeps attendance."""

    class Meta:
        model = Library
        fields = ("attendance_retention_days",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = kwargs["instance"].pk.hex
        super().__init__(*args, **kwargs)
