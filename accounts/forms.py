"""Forms of `accounts`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Library, User
from accounts.names import clean_name
from base.errors import Invalid
from base.zones import known_zones


class AccountForm(forms.ModelForm):
    """What a person may change of their own account: never role or organization."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("All dates and times are shown in this zone."),
    )

    class Meta:
        model = User
        fields = ("username", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autocomplete"] = "name"
        self.fields["username"].help_text = _("Shown to people in your webinars.")
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("", _("The zone of my browser")), *((name, name.replace("_", " ")) for name in _places())]

    def clean_username(self) -> str:
        try:
            return clean_name(self.cleaned_data["username"], field="username", longest=150)
        except Invalid as problem:
            raise forms.ValidationError(str(problem.sentence)) from None


class RetentionForm(forms.ModelForm):
    """How long a library keeps who came to its sessions."""

    class Meta:
        model = Library
        fields = ("attendance_retention_days",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = kwargs["instance"].pk.hex
        super().__init__(*args, **kwargs)


#: Regions of the time zone database; its other names are aliases and files of other kinds.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia"}
    | {"Atlantic", "Australia", "Europe", "Indian", "Pacific", "UTC"}
)


def _places() -> list[str]:
    """The zones that a person may choose: places and UTC."""
    return sorted(name for name in known_zones() if name.split("/")[0] in _REGIONS)
