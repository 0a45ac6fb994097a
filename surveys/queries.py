"""Reads of surveys: what is asked, a person's own answer, and the results for who leads the session."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core.errors import NoneFound
from sessions.models import Session
from surveys.models import LEAST, MOST, SurveyAnswer

#: How long after its end people can answer, and change what they answered.
OPEN_FOR = timedelta(days=14)
#: How many of the latest texts of a question the results have; the download has all.
MOST_TEXTS = 100

Question = dict[str, Any]


@dataclass(slots=True)
class QuestionResult:
    """The answers to one question: counts of its options, or the latest ``texts`` of ``answered`` ones."""

    text: str
    options: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    answered: int = 0

    @property
    def counted(self) -> list[tuple[str, int]]:
        """Each option and how many chose it; empty for free text."""
        return [(option, self.counts[option]) for option in self.options]


@dataclass(frozen=True, slots=True)
class Results:
    """All answers of a session. ``average`` of the ratings, None without any; ``ratings`` has each of 1 to 5."""

    total: int
    average: float | None
    ratings: dict[int, int]
    questions: list[QuestionResult]


def questions_of(session: Session) -> list[Question]:
    """What is asked beside the rating. Raises NoneFound if the room has no survey."""
    if session.room.survey is None:
        raise NoneFound
    found: list[Question] = session.room.survey["questions"]
    return found


def closes_at(session: Session) -> datetime | None:
    """Until when people can answer; None before the end."""
    return None if session.ended_at is None else session.ended_at + OPEN_FOR


def is_open(session: Session) -> bool:
    """Whether people can answer now."""
    until = closes_at(session)
    return session.status == Session.Status.ENDED and until is not None and timezone.now() < until


def answers_of(session: Session) -> QuerySet[SurveyAnswer]:
    """All answers of the session, in their order."""
    return SurveyAnswer.objects.filter(attendance__session=session)


def answer_of(session: Session, user_id: UUID) -> SurveyAnswer | None:
    """What this person answered."""
    return answers_of(session).filter(attendance__user=user_id).first()


def results_of(session: Session) -> Results:
    """The results; one query, whatever the number of answers.

    Questions come as they are asked now, then those that were asked before and had answers.
    """
    asked = (session.room.survey or {}).get("questions", [])
    found = {each["text"]: QuestionResult(each["text"], each["options"]) for each in asked}
    ratings = dict.fromkeys(range(LEAST, MOST + 1), 0)
    rows = answers_of(session).order_by("-created_at", "-id").values_list("rating", "answers")
    for rating, answers in rows.iterator(chunk_size=2000):
        ratings[rating] += 1
        for each in answers:
            result = found.setdefault(each["question"], QuestionResult(each["question"], []))
            result.answered += 1
            if each["answer"] in result.options:
                result.counts[each["answer"]] += 1
            elif len(result.texts) < MOST_TEXTS:
                result.texts.append(each["answer"])
    total = sum(ratings.values())
    average = sum(rating * count for rating, count in ratings.items()) / total if total else None
    return Results(total, average, ratings, list(found.values()))


def columns_of(session: Session) -> list[str]:
    """All questions that are asked now, or were answered."""
    asked = [each["text"] for each in (session.room.survey or {}).get("questions", [])]
    for answers in answers_of(session).order_by().values_list("answers", flat=True).iterator(chunk_size=2000):
        asked += [each["question"] for each in answers if each["question"] not in asked]
    return asked
