"""Forms of `pages`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import LineField, MomentField, ZonedForm
from organizations.models import Library
from rooms.forms import VISIBILITIES, LibraryChoice, PublishingField, offer_libraries
from rooms.models import Preset, Room
from sessions.forms import (
    SOURCES_OR_PRESETS,
    PresetChoice,
    choose_from,
    description_field,
    duration_field,
    source_field,
    title_field,
)
from sessions.models import Invitation
from sessions.people.invitations import LONGEST_NAME


class NewWebinarForm(ZonedForm):
    """One form for a room, its first session and its preset. Only the title has no default."""

    NOW = "now"
    LATER = "later"
    DETAILS = ("description", "visibility", "planned_duration", "preset_id", "library_id", "mode", "replay_publishing")

    title = title_field(widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}))
    when = forms.ChoiceField(
        label=_("When"), choices=[(NOW, _("Now")), (LATER, _("Later"))], initial=NOW, widget=forms.RadioSelect
    )
    scheduled_start_time = MomentField(
        label=_("Date and time"), error_messages={"required": _("Choose a date and time.")}
    )
    description = description_field()
    visibility = forms.ChoiceField(label=_("Visibility"), choices=VISIBILITIES, initial=Room.Visibility.UNLISTED)
    planned_duration = duration_field()
    preset_id = PresetChoice(
        label=_("Preset"), queryset=Preset.objects.none(), required=False, empty_label=_("Default preset")
    )
    library_id = LibraryChoice()
    replay_publishing = PublishingField()
    mode = source_field(SOURCES_OR_PRESETS)

    def __init__(
        self, *args: Any, presets: Any, libraries: Sequence[Library] = (), usual: Library | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_libraries(self, libraries, usual)
        later = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1, hours=1)
        self.fields["scheduled_start_time"].initial = later
        choose_from(self, presets)
        choice = self.fields["preset_id"]
        assert isinstance(choice, forms.ModelChoiceField)
        default = presets.filter(is_default=True).order_by("created_at").first()
        if default is not None:
            choice.initial = default.pk
            choice.empty_label = None
        if not settings.RTMP_URL:
            del self.fields["mode"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("when") != self.LATER:
            # A time that was typed and then turned off does not count, and its errors are ignored.
            self.errors.pop("scheduled_start_time", None)
            values["scheduled_start_time"] = None
            return values
        moment = values.get("scheduled_start_time")
        if moment is not None and moment <= timezone.now():
            self.add_error("scheduled_start_time", _("This time has passed. Choose a time in the future."))
        return values

    @property
    def details_have_errors(self) -> bool:
        return any(name in self.errors for name in self.DETAILS)

    @property
    def starts_now(self) -> bool:
        return bool(self.cleaned_data["when"] == self.NOW)

    def values(self) -> dict[str, Any]:
        """The arguments of ``create_webinar``."""
        data = self.cleaned_data
        preset, library = data["preset_id"], data.get("library_id")
        return {
            "library_id": library.pk if library else None,
            "title": data["title"],
            "scheduled_start_time": data["scheduled_start_time"],
            "description": data["description"],
            "visibility": data["visibility"],
            "planned_duration": data["planned_duration"],
            "preset_id": preset.pk if preset else None,
            "replay_publishing": data["replay_publishing"],
            "mode": data.get("mode") or None,
        }


class DuplicateForm(ZonedForm):
    """What is different in a duplicate. ``links``: how many personal links could be made anew."""

    title = title_field()
    scheduled_start_time = MomentField(
        label=_("Date and time"), required=False, help_text=_("Leave it empty to start whenever you are ready.")
    )
    preset_id = PresetChoice(label=_("Preset"), queryset=Preset.objects.none(), empty_label=None)
    invite = forms.BooleanField(
        label=_("Invite the same people again"),
        required=False,
        help_text=_(
            "Each gets a new personal link: by e-mail where you gave an address, else on the page “People and "
            "invitations”."
        ),
    )

    def __init__(self, *args: Any, presets: Any, links: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, presets)
        if not links:
            del self.fields["invite"]

    def values(self) -> dict[str, Any]:
        """The arguments of ``duplicate_session``."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "scheduled_start_time": data["scheduled_start_time"],
            "preset_id": data["preset_id"].pk,
            "invite": data.get("invite", False),
        }


class InvitationForm(forms.Form):
    """One more invitation."""

    name = LineField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=254, help_text=_("The link is sent to this address.")
    )
    role = forms.ChoiceField(label=_("Role"), initial=Invitation.Role.SPEAKER, widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_add_co_hosts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, may_add_co_hosts=may_add_co_hosts)


def _offer_roles(form: forms.Form, *, may_add_co_hosts: bool) -> None:
    """The roles that this person may give, with what they are."""
    choices = [
        (Invitation.Role.SPEAKER, _("Speaker: comes on stage when you bring them on")),
        (Invitation.Role.MODERATOR, _("Moderator: looks after people, chat and stage")),
    ]
    if may_add_co_hosts:
        choices.append((Invitation.Role.CO_HOST, _("Co-host: runs the webinar with you")))
    field = form.fields["role"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ChangeInvitationForm(InvitationForm):
    """Another name, address or role of ``invitation``, and what each change means for its link.

    ``knows_email``: this person may read the address; otherwise an empty field leaves it as it is.
    """

    def __init__(self, *args: Any, invitation: Invitation, knows_email: bool, **kwargs: Any) -> None:
        initial = {"name": invitation.name, "email": invitation.email if knows_email else "", "role": invitation.role}
        super().__init__(*args, initial=initial, **kwargs)
        self.knows_email = knows_email or not invitation.email
        self.fields["name"].help_text = _("With another name the link stays the same.")
        self.fields["email"].help_text = (
            _("With another address the present link stops working, and a new link is sent there.")
            if self.knows_email
            else _("Another host gave the address. If you give another one, the present link stops working.")
        )
        if invitation.user_id is not None:
            del self.fields["role"]

    def changes(self) -> dict[str, Any]:
        """The arguments of ``update_invitation``."""
        values = dict(self.cleaned_data)
        if not values["email"] and not self.knows_email:
            del values["email"]
        return values


class PersonChoice(forms.ModelChoiceField):
    """One of the people who may get a role."""

    default_error_messages = {"invalid_choice": _("This person cannot get a role here any more. Choose another one.")}

    def label_from_instance(self, obj: User) -> str:
        return obj.username


class RoleForm(forms.Form):
    """A role for somebody who is known here: a colleague, or one of those who came."""

    user_id = PersonChoice(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    role = forms.ChoiceField(label=_("Role"), initial=Invitation.Role.SPEAKER, widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: QuerySet[User], may_add_co_hosts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["user_id"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = people
        _offer_roles(self, may_add_co_hosts=may_add_co_hosts)
