"""What surveys publish."""

from typing import Self

from pydantic import Field

from core.published import Moment, Published
from rooms.shapes import SurveyQuestion
from sessions.models import Session
from surveys import models, queries


class GivenAnswer(Published, name="SurveyGivenAnswerResponse"):
    """The answer to one question, with its words as it was asked."""

    question: str
    answer: str


class OwnAnswer(Published, name="SurveyAnswerResponse"):
    """What the caller answered."""

    rating: int = Field(description="1 to 5.")
    answers: list[GivenAnswer]
    updated_at: Moment

    @classmethod
    def of(cls, answer: models.SurveyAnswer) -> Self:
        answers = [GivenAnswer(**each) for each in answer.answers]
        return cls(rating=answer.rating, answers=answers, updated_at=answer.updated_at)


class SessionSurvey(Published, name="SessionSurveyResponse"):
    """The survey of a session that is over, as one of its audience sees it."""

    is_open: bool
    closes_at: Moment | None = Field(description="Until then it is answered and changed; null before the end.")
    questions: list[SurveyQuestion] = Field(description="Beside the rating.")
    answer: OwnAnswer | None = Field(description="What the caller answered; null: nothing yet.")

    @classmethod
    def of(cls, session: Session, answer: models.SurveyAnswer | None) -> Self:
        """Raises NoneFound if the room has no survey."""
        return cls(
            is_open=queries.is_open(session),
            closes_at=queries.closes_at(session),
            questions=[SurveyQuestion(**each) for each in queries.questions_of(session)],
            answer=None if answer is None else OwnAnswer.of(answer),
        )


class RatingCount(Published, name="SurveyRatingCount"):
    """How many gave this rating."""

    rating: int
    count: int


class OptionCount(Published, name="SurveyOptionCount"):
    """How many chose this answer."""

    text: str
    count: int


class QuestionResult(Published, name="SurveyQuestionResult"):
    """The answers to one question. They have no names."""

    text: str
    answered: int
    options: list[OptionCount] = Field(description="Of a choice; empty for free text.")
    texts: list[str] = Field(description="Of free text, the latest first, at most 100; the export has all.")


class Results(Published, name="SurveyResultsResponse"):
    """All answers of a session, without names."""

    total: int
    average_rating: float | None = Field(description="null without answers.")
    ratings: list[RatingCount] = Field(description="Of each rating from 1 to 5.")
    questions: list[QuestionResult]

    @classmethod
    def of(cls, found: queries.Results) -> Self:
        return cls(
            total=found.total,
            average_rating=None if found.average is None else round(found.average, 2),
            ratings=[RatingCount(rating=rating, count=count) for rating, count in found.ratings.items()],
            questions=[
                QuestionResult(
                    text=each.text,
                    answered=each.answered,
                    options=[OptionCount(text=text, count=count) for text, count in each.counted],
                    texts=each.texts,
                )
                for each in found.questions
            ],
        )
