"""Forms of `rooms`."""

import base64
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinLengthValidator, URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, NumberField, ParagraphsField, UploadField
from organizations.models import Library
from rooms import flags
from rooms.logos import MAX_BYTES
from rooms.models import (
    COLOR,
    DEFAULT_COLOR,
    LONGEST_DESCRIPTION,
    LONGEST_LINK,
    LONGEST_LINK_LABEL,
    LONGEST_THANKS,
    Preset,
    Room,
)

VISIBILITIES = [
    (Room.Visibility.UNLISTED, _("Unlisted: whoever has the link")),
    (Room.Visibility.PUBLIC, _("Public: also listed on the start page")),
    (Room.Visibility.PRIVATE, _("Private: only members of your organization, signed in")),
]


def publishing_choices(room: Room | None = None) -> list[tuple[str, str]]:
    """When recordings are published: as usual (in ``room``, else on this server), at once, or after review."""
    if room is None:
        usual = gettext("Server default: %(when)s") % {"when": Room.Publishing(settings.REPLAY_PUBLISHING).label}
    else:
        usual = gettext("As in the room: %(when)s") % {"when": room.effective_replay_publishing.label}
    return [("", usual), *((str(value), str(label)) for value, label in Room.Publishing.choices)]


class PublishingField(forms.ChoiceField):
    """Chosen before the recording, so that nothing is published that the host wants to see first."""

    def __init__(self, room: Room | None = None) -> None:
        super().__init__(
            label=_("Publish recordings"),
            required=False,
            choices=lambda: publishing_choices(room),
            help_text=_("Once published, everyone who may open the link can watch the recording."),
        )


class LibraryChoice(forms.ModelChoiceField):
    """Where something new belongs, for who can use several libraries; :func:`offer_libraries` fills it."""

    default_error_messages = {"invalid_choice": _("This library does not exist, or you cannot use it.")}

    def __init__(self) -> None:
        super().__init__(label=_("Library"), queryset=Library.objects.none(), empty_label=None)

    def label_from_instance(self, obj: Library) -> str:
        return f"{obj.name} ({obj.organization.name})" if self.has_organizations else obj.name

    has_organizations = False


def offer_libraries(form: forms.BaseForm, libraries: Sequence[Library], usual: Library | None) -> None:
    """Let the form's ``library_id`` choose one of ``libraries``; without a choice the field goes."""
    if len(libraries) < 2:
        del form.fields["library_id"]
        return
    field = form.fields["library_id"]
    assert isinstance(field, LibraryChoice)
    field.has_organizations = len({library.organization_id for library in libraries}) > 1
    field.queryset = Library.objects.filter(pk__in=[library.pk for library in libraries]).select_related("organization")
    field.initial = usual.pk if usual else None


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
    visibility = forms.ChoiceField(label=_("Visibility"), choices=VISIBILITIES)
    thank_you_text = ParagraphsField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_THANKS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your audience reads this when a webinar is over. Empty: a short thank you."),
    )
    thank_you_link_url = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=LONGEST_LINK,
        validators=[URLValidator(["http", "https"], message=_("Enter a whole address: https://…"))],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    thank_you_link_label = LineField(
        label=_("Text of the link"),
        required=False,
        max_length=LONGEST_LINK_LABEL,
        help_text=_("For example: Slides and further reading. Empty: the address."),
    )
    replay_publishing = PublishingField()


class PresetForm(forms.Form):
    """A preset: its name and look, the places on stage, and every flag that has an effect (``rooms.flags``).

    The others keep their values.
    """

    name = LineField(label=_("Name"), max_length=255, help_text=_("Only you and your team see it."))
    library_id = LibraryChoice()
    type = forms.ChoiceField(
        label=_("Video source"),
        choices=[
            (Preset.Type.WHIP, _("The browser's camera and screen")),
            (Preset.Type.RTMP, _("An encoder such as OBS, over RTMP")),
        ],
        help_text=_("The choice that new webinars start with."),
        required=False,
    )
    max_join_limit = NumberField(label=_("Places on stage"), min_value=1, max_value=flags.MOST_PLACES)
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
        label=_("Link of the logo"),
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

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        preset: Preset | None = None,
        libraries: Sequence[Library] = (),
        usual: Library | None = None,
    ) -> None:
        source = preset or Preset(primary_color=DEFAULT_COLOR, type=Preset.Type.WHIP)
        names = [name for name in type(self).base_fields if name not in ("logo", "remove_logo", "library_id")]
        super().__init__(data, files, initial={name: getattr(source, name) for name in (*names, *flags.FLAGS)})
        offer_libraries(self, libraries if preset is None else (), usual)  # a preset stays in its library
        for flag in flags.FLAGS.values():
            self.fields[flag.name] = forms.BooleanField(label=str(flag.label), help_text=str(flag.help), required=False)
        self._kept = preset.max_join_limit if preset else None
        self._set_limit(self._kept)
        if not settings.RTMP_URL:
            del self.fields["type"]
        if preset is None or not preset.logo:
            del self.fields["remove_logo"]
        if preset is not None and preset.is_default:
            # There is always one default; another preset takes its place by being made the default.
            self.fields["is_default"].disabled = True

    def _set_limit(self, kept: int | None) -> None:
        """A preset that exists takes up to 5 places, as the contract has it; a larger number stays until changed."""
        most = flags.MOST_PLACES if kept is None else flags.MOST_PLACES_LATER
        if kept is None:
            hint = gettext("1 to 100, beside host and co-hosts. Once the preset is saved, it can be changed to 1 to 5.")
        elif kept > most:
            hint = gettext(
                "The %(kept)d places stay as long as you do not change them. A saved preset can be changed to "
                "1 to 5; the settings of one webinar take up to 100."
            ) % {"kept": kept}
        else:
            hint = gettext("1 to 5, beside host and co-hosts. The settings of one webinar take up to 100.")
        field = self.fields[flags.LIMIT]
        field.help_text = hint
        field.widget.attrs |= {"max": max(most, kept or 0), "data-most": most}

    def clean_max_join_limit(self) -> int:
        """Raises ValidationError for more places than the contract lets a preset be changed to."""
        value: int = self.cleaned_data["max_join_limit"]
        if self._kept is not None and value != self._kept and value > flags.MOST_PLACES_LATER:
            message = _("Choose 1 to 5. For more, use the settings of the webinar, or a new preset.")
            raise forms.ValidationError(message, "max_value")
        return value

    def groups(self) -> list[tuple[flags.Group, list[forms.BoundField]]]:
        """The flags by group, with the places where they belong."""
        return [
            (group, [*([self[flags.LIMIT]] if group.has_limit else []), *(self[flag.name] for flag in group.flags)])
            for group in flags.GROUPS
        ]

    def changes(self) -> dict[str, Any]:
        """The arguments of the services; ``logo`` only if one was uploaded or is to be removed."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("logo", "remove_logo")}
        if "library_id" in values:
            values["library_id"] = values["library_id"].pk
        if values[flags.LIMIT] == self._kept:
            del values[flags.LIMIT]
        if not values.get("type"):
            values.pop("type", None)  # not in the form, or no file chosen: it stays
        logo: UploadedFile | None = self.cleaned_data["logo"]
        if logo is not None:
            # The service detects the type of image from its bytes, not from what the upload claims.
            values["logo"] = "data:image/png;base64," + base64.b64encode(logo.read()).decode()
        elif self.cleaned_data.get("remove_logo"):
            values["logo"] = None
        return values
