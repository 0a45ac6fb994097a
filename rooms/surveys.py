"""The survey that a room's audience is asked when a session is over: what the host may ask."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

MOST_QUESTIONS = 3
MOST_OPTIONS = 8
LONGEST_QUESTION = 200
LONGEST_OPTION = 100

Survey = dict[str, Any]
"""``{"questions": [{"text", "options": []}]}``; without options the answer is free text. A rating is always asked."""


def checked(survey: Survey | None) -> Survey | None:
    """The survey as it is stored; None: nothing is asked. Raises Invalid (field ``survey``)."""
    if survey is None:
        return None
    questions = [{"text": each["text"], "options": list(each.get("options") or [])} for each in survey["questions"]]
    if len({each["text"] for each in questions}) < len(questions):
        raise Invalid.field("survey", _("Two questions of the survey are the same."), "repeated")
    for question in questions:
        options = question["options"]
        if len(set(options)) < len(options):
            raise Invalid.field("survey", _("Two answers to a question of the survey are the same."), "repeated")
        if len(options) == 1:
            raise Invalid.field("survey", _("A choice needs at least two answers; for free text give none."), "few")
    return {"questions": questions}
