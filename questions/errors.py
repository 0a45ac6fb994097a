"""Errors of questions: the question's present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class QuestionDismissed(Conflict):
    """The crew dismissed the question; it must be restored first."""

    code = "question_dismissed"
    sentence = _("This question was dismissed. Restore it first.")


class QuestionHeld(Conflict):
    """The question must be approved first."""

    code = "question_held"
    sentence = _("This question is waiting for the team’s approval.")


class QuestionAnswered(Conflict):
    """An answered question can no longer be withdrawn."""

    code = "question_answered"
    sentence = _("This question was answered and can no longer be withdrawn.")
