"""Writes of surveys."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from core.errors import Invalid, NotAllowed
from sessions.lifecycle import lock_session
from sessions.models import Attendance, Session
from sessions.rights.capabilities import capabilities, require
from surveys.errors import SurveyClosed
from surveys.models import SurveyAnswer
from surveys.queries import Question, answers_of, is_open, questions_of

Answer = dict[str, str]


def answer(*, actor: Person, session: Session, rating: int, answers: Sequence[Answer] = ()) -> SurveyAnswer:
    """Answer the survey; a second time replaces the first answer, as long as the survey is open.

    ``answers`` are ``{"question", "answer"}`` with the words of the question; each may be left out.

    Raises NotFound, NotAllowed, NoneFound, SurveyClosed, Invalid (field ``answers``).
    """
    with transaction.atomic():
        locked = lock_session(session.pk)
        require(capabilities(actor, locked).may_answer_survey)
        if not is_open(locked):
            raise SurveyClosed
        attendance = Attendance.objects.filter(session=locked, user=actor.account()).first()
        if attendance is None:
            raise NotAllowed
        kept = _checked(questions_of(locked), answers)
        return SurveyAnswer.objects.update_or_create(
            attendance=attendance, defaults={"rating": rating, "answers": kept}
        )[0]


def forget(session: Session) -> None:
    """Delete the answers of a session that can no longer be restored: attendance stays, they do not."""
    answers_of(session).delete()


def _checked(asked: Sequence[Question], answers: Sequence[Answer]) -> list[Answer]:
    """The answers in the order of the questions. Raises Invalid."""
    given = {each["question"]: each["answer"] for each in answers}
    known = {each["text"]: each["options"] for each in asked}
    if len(given) < len(answers) or not given.keys() <= known.keys():
        raise Invalid.field("answers", _("This question is not asked any more. Reload the page."), "unknown")
    for question, given_answer in given.items():
        if known[question] and given_answer not in known[question]:
            raise Invalid.field("answers", _("Choose one of the answers to this question."), "invalid_choice")
    return [{"question": text, "answer": given[text]} for text in known if text in given]
