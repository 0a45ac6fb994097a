"""Forms of a session's settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, NumberField, ParagraphsField
from rooms.flags import MOST_PLACES
from rooms.forms import PublishingField
from sessions.models import Session
from sessions.moderation.services import LONGEST_WORD, MOST_WORDS, unrepeated

_ON, _OFF = "on", "off"


class OverridesForm(forms.Form):
    """What the session has instead of its preset."""

    SWITCHES = ("chat_enabled", "stage_enabled", "poll_enabled")

    chat_enabled = forms.ChoiceField(
        label=_("Chat"), required=False, help_text=_("Off: messages stay readable, and nobody writes.")
    )
    stage_enabled = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        help_text=_("Off: nobody but host and co-hosts comes on stage; who is there stays."),
    )
    max_join_limit = NumberField(
        label=_("Places on stage"), required=False, min_value=1, max_value=MOST_PLACES, help_text=" "
    )
    poll_enabled = forms.ChoiceField(
        label=_("Polls"), required=False, help_text=_("Off: nobody sees polls, running ones neither; votes are kept.")
    )

    def __init__(self, data: Any = None, *, session: Session) -> None:
        words = {True: _ON, False: _OFF, None: ""}
        initial: dict[str, Any] = {name: words[getattr(session, f"{name}_override")] for name in self.SWITCHES}
        super().__init__(data, initial={**initial, "max_join_limit": session.max_join_limit_override})
        for name in self.SWITCHES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            usual = gettext("As in the preset: on") if session.flag(name) else gettext("As in the preset: off")
            field.choices = [("", usual), (_ON, gettext("On")), (_OFF, gettext("Off"))]
        places = session.flag("max_join_limit")
        self.fields["max_join_limit"].help_text = gettext(
            "1 to 100, beside host and co-hosts. Empty: as in the preset, %(count)d."
        ) % {"count": places}

    def changes(self) -> dict[str, Any]:
        """The arguments of ``change_settings``."""
        values = {_ON: True, _OFF: False, "": None}
        return {
            **{name: values[self.cleaned_data[name]] for name in self.SWITCHES},
            "max_join_limit": self.cleaned_data["max_join_limit"],
        }


class RulesForm(forms.Form):
    """The chat rules."""

    slow_mode = NumberField(
        label=_("Slow mode"),
        min_value=0,
        max_value=3600,
        help_text=_("Seconds between two messages of a person; 0: none."),
    )
    chat_from = forms.ChoiceField(
        label=_("Who may write"),
        choices=[
            (Session.ChatFrom.EVERYONE, _("Everyone")),
            (Session.ChatFrom.REGISTERED, _("Team and people with an account")),
            (Session.ChatFrom.CREW, _("Team only")),
        ],
    )
    hold_messages = forms.BooleanField(
        label=_("Hold messages"),
        required=False,
        help_text=_("The team approves each message and question before others see it."),
    )
    block_links = forms.BooleanField(label=_("Block links"), required=False)
    direct_to_crew_only = forms.BooleanField(label=_("Direct messages to the team only"), required=False)
    is_door_closed = forms.BooleanField(
        label=_("Lock the webinar"),
        required=False,
        help_text=_("Nobody new comes in. Whoever is here, or waits in the lobby, stays and may come back."),
    )
    blocked_words = ParagraphsField(
        label=_("Blocked words"),
        required=False,
        max_length=MOST_WORDS * (LONGEST_WORD + 2),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line. Only the team sees this list."),
    )

    def __init__(self, data: Any = None, *, session: Session) -> None:
        initial = {name: getattr(session, name) for name in self.base_fields}
        super().__init__(data, initial={**initial, "blocked_words": "\n".join(session.blocked_words)})

    def clean_blocked_words(self) -> list[str]:
        """Each line cleaned as the API cleans it. Raises ValidationError for too many words, and for a long one."""
        word = LineField(max_length=LONGEST_WORD, required=False)
        words = [word.clean(line) for line in self.cleaned_data["blocked_words"].splitlines()]
        words = unrepeated([one for one in words if one])
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(_("Block at most %(most)d words.") % {"most": MOST_WORDS}, "max_length")
        return words


class ReplayForm(forms.Form):
    """How the session's recordings are published."""

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data, initial={"replay_publishing": session.replay_publishing})
        self.fields["replay_publishing"] = PublishingField(session.room)
