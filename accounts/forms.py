"""Forms of `accounts`."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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
        zone.choices = [("", _("The zone of my browser")), *((name, name.replace("_", " ")) for name in known_zones())]


#: Regions of the time zone database; its other names are aliases and files of other kinds.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia"}
    | {"Atlantic", "Australia", "Europe", "Indian", "Pacific", "UTC"}
)


def known_zones() -> list[str]:
    """The zones that a person may choose: places and UTC."""
    return sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in _REGIONS)
