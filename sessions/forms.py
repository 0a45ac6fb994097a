"""Forms of `sessions`."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import LineField, MomentField, NumberField, ParagraphsField, ZonedForm
from rooms.forms import PublishingField
from rooms.models import LONGEST_DESCRIPTION, Preset, Room
from sessions.lists import LONGEST_SEARCH, Order
from sessions.models import Session

SOURCES = [
    (Session.Mode.WEBCAM, _("The browser's camera and screen")),
    (Session.Mode.RTMP, _("An encoder such as OBS, over RTMP")),
]
SOURCES_OR_PRESETS = [("", _("As set in the preset")), *SOURCES]


class PresetChoice(forms.ModelChoiceField):
    """One of the presets that the host may use."""

    default_error_messages = {"invalid_choice": _("This preset does not exist any more. Choose another one.")}

    def label_from_instance(self, obj: Preset) -> str:
        return obj.name


def title_field(**options: Any) -> LineField:
    """A session's title."""
    return LineField(label=_("Title"), max_length=255, validators=[MinLengthValidator(3)], **options)


def description_field() -> ParagraphsField:
    """A session's description."""
    return ParagraphsField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Your audience reads this while they wait."),
    )


def duration_field() -> NumberField:
    """How long it is planned to be."""
    return NumberField(label=_("Planned length in minutes"), min_value=1, max_value=24 * 60, initial=60)


def source_field(choices: list[Any]) -> forms.ChoiceField:
    """Browser or encoder."""
    return forms.ChoiceField(label=_("Video source"), required=False, choices=choices)


class SessionForm(ZonedForm):
    """Another session in a room."""

    title = title_field()
    scheduled_start_time = MomentField(
        label=_("Date and time"),
        required=False,
        help_text=_("Leave it empty to start whenever you are ready."),
    )
    planned_duration = duration_field()
    description = description_field()
    preset_id = PresetChoice(label=_("Preset"), queryset=Preset.objects.none(), empty_label=None)
    mode = source_field(SOURCES_OR_PRESETS)

    def __init__(self, *args: Any, presets: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replay_publishing"] = PublishingField(room)
        choose_from(self, presets)
        if not settings.RTMP_URL:
            del self.fields["mode"]

    def values(self) -> dict[str, Any]:
        """The arguments of ``create_session``."""
        names = ("title", "scheduled_start_time", "planned_duration", "description", "replay_publishing")
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"preset_id": self.cleaned_data["preset_id"].pk, "mode": self.cleaned_data.get("mode") or None}


def choose_from(form: forms.BaseForm, presets: QuerySet[Preset]) -> None:
    """Offer these presets in the form."""
    choice = form.fields["preset_id"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = presets


def presets_for(session: Session, usable: QuerySet[Preset]) -> QuerySet[Preset]:
    """The presets that a session can have: its own, and those that the person may use."""
    return Preset.objects.filter(Q(pk=session.preset_id) | Q(pk__in=usable.order_by().values("pk"))).order_by("name")


class DatedForm(ZonedForm):
    """A form in which a session may have a date or none. ``scheduled_start_time`` is None without one.

    That there is none is said by a switch: browsers send a half-typed date as an empty one.
    """

    had_date = True
    scheduled_start_time = MomentField(label=_("Date and time"), required=False)
    undated = forms.BooleanField(
        label=_("No date"), required=False, help_text=_("It starts whenever you are ready. Its link stays the same.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if "undated" not in self.fields:
            return values
        if values.get("undated"):
            # A time that was typed and then turned off does not count, and its errors are ignored.
            self.errors.pop("scheduled_start_time", None)
            values["scheduled_start_time"] = None
        elif self.had_date and values.get("scheduled_start_time") is None and "scheduled_start_time" not in self.errors:
            self.add_error("scheduled_start_time", _("Choose a date and time, or “No date”."))
        return values


class EditForm(DatedForm):
    """Everything about a session that can still be changed; ``moves``: this person may move it to another time."""

    title = title_field()
    description = description_field()
    planned_duration = duration_field()
    preset_id = PresetChoice(label=_("Preset"), queryset=Preset.objects.none(), empty_label=None)
    mode = source_field(SOURCES)

    def __init__(self, *args: Any, session: Session, presets: QuerySet[Preset], moves: bool, **kwargs: Any) -> None:
        self.session = session
        names = ("title", "description", "scheduled_start_time", "planned_duration", "preset_id", "mode")
        initial = {name: getattr(session, name) for name in names} | {"undated": session.scheduled_start_time is None}
        super().__init__(*args, initial=initial, **kwargs)
        choose_from(self, presets_for(session, presets))
        if session.started_at is not None:
            for name in (*names[2:], "undated"):
                del self.fields[name]
            return
        self.had_date = session.scheduled_start_time is not None
        if not moves:
            del self.fields["scheduled_start_time"], self.fields["undated"]
        if session.is_backstage or not (settings.RTMP_URL or session.mode == Session.Mode.RTMP):
            del self.fields["mode"]

    def changes(self) -> dict[str, Any]:
        """The arguments of ``update_session``; the time only when it is another one."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ZonedForm.base_fields}
        if "preset_id" in values:
            values["preset_id"] = values["preset_id"].pk
        if "mode" in values:
            values["mode"] = values["mode"] or self.session.mode
        values.pop("undated", None)
        if values.get("scheduled_start_time") == self.session.scheduled_start_time:
            values.pop("scheduled_start_time", None)
        return values


class RoomFilterForm(forms.Form):
    """A list narrowed to one of ``rooms``."""

    room = forms.ModelChoiceField(
        label=_("Room"),
        required=False,
        queryset=Room.objects.none(),
        empty_label=_("All rooms"),
        error_messages={"invalid_choice": _("This room does not exist any more. Choose another one.")},
    )

    def __init__(self, *args: Any, rooms: QuerySet[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room = self.fields["room"]
        assert isinstance(room, forms.ModelChoiceField)
        room.queryset = rooms


class SearchForm(RoomFilterForm):
    """Which of the host's sessions are listed, and in which order."""

    q = LineField(label=_("Title"), max_length=LONGEST_SEARCH, required=False, widget=forms.SearchInput())
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All")),
            (Session.Status.LIVE, _("Live")),
            (Session.Status.SCHEDULED, _("Scheduled")),
            (Session.Status.ENDED, _("Ended")),
            (Session.Status.EXPIRED, _("Did not take place")),
        ],
    )
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=Order.choices)

    def filters(self) -> dict[str, Any]:
        """The arguments of ``sessions.lists.matching``; what is wrong filters nothing."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return found | ({"room": found["room"].pk} if "room" in found else {})

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "status", "room"))


class RescheduleForm(DatedForm):
    """Another time for a session, or none."""

    scheduled_start_time = MomentField(label=_("New date and time"), required=False)


class HostChoice(forms.ModelChoiceField):
    """One of the hosts of an organization; their addresses tell people of one name apart."""

    default_error_messages = {"invalid_choice": _("Choose a host of this organization.")}

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.username} ({obj.email})" if obj.email else obj.username


class MoveForm(forms.Form):
    """Who becomes the host of a room."""

    user_id = HostChoice(label=_("New host"), queryset=User.objects.none(), empty_label=_("Choose a host"))

    def __init__(self, *args: Any, hosts: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["user_id"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = hosts
