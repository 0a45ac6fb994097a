"""Forms of `rooms`."""

import base64
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinLengthValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, ParagraphsField, UploadField
from rooms.logos import MAX_BYTES
from rooms.models import COLOR, DEFAULT_COLOR, LONGEST_DESCRIPTION, Preset, Room

VISIBILITIES = [
    (Room.Visibility.UNLISTED, _("Unlisted: whoever has the link")),
    (Room.Visibility.PUBLIC, _("Public: also listed on the start page")),
    (Room.Visibility.PRIVATE, _("Private: only members of your organization, signed in")),
]


class RoomForm(forms.Form):
    """The fields of a room that a host can set."""

    title = LineField(label=_("Title"), max_length=255, validators=[MinLengthValidator(3)])
    description = ParagraphsField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Your audience reads this while they wait."),
    )
    visibility = forms.ChoiceField(label=_("Who can find it"), choices=VISIBILITIES)


class PresetForm(forms.Form):
    """The flags of a preset that have an effect; the others keep their values."""

    name = LineField(label=_("Name"), max_length=255, help_text=_("Only you and your team see it."))
    type = forms.ChoiceField(
        label=_("Where the picture comes from"),
        choices=[
            (Preset.Type.WHIP, _("The browser's camera and screen")),
            (Preset.Type.RTMP, _("An encoder such as OBS, over RTMP")),
        ],
        help_text=_("The choice that new webinars start with."),
        required=False,
    )
    host_camera_enabled = forms.BooleanField(
        label=_("Camera"),
        required=False,
        help_text=_("The host may switch the camera on. Off: sound only, and the screen if allowed."),
    )
    host_screen_share = forms.BooleanField(
        label=_("Screen sharing"), required=False, help_text=_("The host may show a screen, window or tab.")
    )
    viewer_count_visible = forms.BooleanField(
        label=_("Show the number of viewers"),
        required=False,
        help_text=_("Everyone sees how many are watching. Off: only the team does."),
    )
    recording_enabled = forms.BooleanField(
        label=_("Record every webinar"),
        required=False,
        help_text=_(
            "Recording starts as you go live, and everyone is told. You can start and stop it in the studio too."
        ),
    )
    primary_color = forms.CharField(
        label=_("Colour"),
        max_length=7,
        validators=[COLOR],
        help_text=_("Buttons and links on the pages of your audience. Text stays readable with every colour."),
    )
    logo = UploadField(
        label=_("Logo"),
        max_bytes=MAX_BYTES,
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 1 MB. It appears at the top of your audience's pages."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    logo_destination_url = forms.URLField(
        label=_("Where a click on the logo leads"),
        required=False,
        max_length=2048,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    is_default = forms.BooleanField(
        label=_("Use for new webinars"),
        required=False,
        help_text=_("New webinars start with this preset unless you choose another one."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, preset: Preset | None = None) -> None:
        fields = [name for name in type(self).base_fields if name not in ("logo", "remove_logo")]
        source = preset or Preset(primary_color=DEFAULT_COLOR, type=Preset.Type.WHIP)
        super().__init__(data, files, initial={name: getattr(source, name) for name in fields})
        if not settings.RTMP_URL:
            del self.fields["type"]
        if preset is None or not preset.logo:
            del self.fields["remove_logo"]
        if preset is not None and preset.is_default:
            # There is always one default; another preset takes its place by being made the default.
            self.fields["is_default"].disabled = True

    def changes(self) -> dict[str, Any]:
        """The arguments of the services; ``logo`` only if one was uploaded or is to be removed."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("logo", "remove_logo")}
        if not values.get("type"):
            values.pop("type", None)  # not in the form, or no file chosen: it stays
        logo: UploadedFile | None = self.cleaned_data["logo"]
        if logo is not None:
            # The service detects the type of image from its bytes, not from what the upload claims.
            values["logo"] = "data:image/png;base64," + base64.b64encode(logo.read()).decode()
        elif self.cleaned_data.get("remove_logo"):
            values["logo"] = None
        return values
