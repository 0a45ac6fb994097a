"""The form of a room's survey."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, ParagraphsField
from core.texts import clean_line
from rooms.models import Room
from rooms.surveys import LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS, MOST_QUESTIONS, Survey


def _question(label: Any) -> LineField:
    return LineField(label=label, max_length=LONGEST_QUESTION, required=False)


def _options() -> ParagraphsField:
    return ParagraphsField(
        label=_("Answers to choose from"),
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 1),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line. Empty: people write what they like."),
    )


class SurveyForm(forms.Form):
    """A rating, and up to three questions of the host's own, each free text or a choice."""

    ask_survey = forms.BooleanField(
        label=_("Ask for a short survey"),
        required=False,
        help_text=_("How it was, from 1 to 5, and up to three questions of yours. You read the answers in the report."),
    )
    question_1 = _question(_("Question 1"))
    options_1 = _options()
    question_2 = _question(_("Question 2"))
    options_2 = _options()
    question_3 = _question(_("Question 3"))
    options_3 = _options()

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"ask_survey": room.survey is not None}
        for number, question in enumerate((room.survey or {}).get("questions", []), start=1):
            initial[f"question_{number}"] = question["text"]
            initial[f"options_{number}"] = "\n".join(question["options"])
        super().__init__(*args, **kwargs)
        self.initial = initial

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for number in range(1, MOST_QUESTIONS + 1):
            options = _lines(values.get(f"options_{number}", ""))
            if options and not values.get(f"question_{number}"):
                self.add_error(f"question_{number}", _now("Write the question to these answers."))
            if len(options) > MOST_OPTIONS:
                words = _now("There may be at most %(most)d answers.") % {"most": MOST_OPTIONS}
                self.add_error(f"options_{number}", words)
            if any(len(option) > LONGEST_OPTION for option in options):
                words = _now("An answer may have at most %(most)d characters.") % {"most": LONGEST_OPTION}
                self.add_error(f"options_{number}", words)
        return values

    @property
    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each question, for the template."""
        return [(self[f"question_{number}"], self[f"options_{number}"]) for number in range(1, MOST_QUESTIONS + 1)]

    def survey(self) -> Survey | None:
        """The room's ``survey``."""
        values = self.cleaned_data
        if not values["ask_survey"]:
            return None
        asked = range(1, MOST_QUESTIONS + 1)
        pairs = ((values[f"question_{number}"], values[f"options_{number}"]) for number in asked)
        return {"questions": [{"text": text, "options": _lines(options)} for text, options in pairs if text]}


def _lines(text: str) -> list[str]:
    return [line for typed in text.splitlines() if (line := clean_line(typed))]
