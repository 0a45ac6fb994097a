"""Forms of `sessions`."""

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, LocalMomentField, ZonedForm
from rooms.forms import PublishingField
from rooms.models import Preset, Room


class PresetChoice(forms.ModelChoiceField):
    """One of the presets that the host may use."""

    def label_from_instance(self, obj: Preset) -> str:
        return obj.name


class SessionForm(ZonedForm):
    """Another session in a room."""

    title = LineField(label=_("Title"), max_length=255, validators=[MinLengthValidator(3)])
    scheduled_start_time = LocalMomentField(
        label=_("Date and time"),
        required=False,
        help_text=_("Leave it empty to start whenever you are ready."),
    )
    planned_duration = forms.IntegerField(
        label=_("Planned length in minutes"), min_value=1, max_value=24 * 60, initial=60
    )
    preset_id = PresetChoice(label=_("Preset"), queryset=Preset.objects.none(), empty_label=None)

    def __init__(self, *args: Any, presets: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replay_publishing"] = PublishingField(room)
        choice = self.fields["preset_id"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = presets

    def values(self) -> dict[str, Any]:
        """The arguments of ``create_session``."""
        names = ("title", "scheduled_start_time", "planned_duration", "replay_publishing")
        return {name: self.cleaned_data[name] for name in names} | {"preset_id": self.cleaned_data["preset_id"].pk}


class RescheduleForm(ZonedForm):
    """Another time for a session."""

    scheduled_start_time = LocalMomentField(label=_("New date and time"))
