"""Input of the operations on surveys."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Line, Paragraphs, Whole
from rooms.surveys import LONGEST_QUESTION, MOST_QUESTIONS
from surveys.models import LEAST, MOST

LONGEST_ANSWER = 1000


class SurveyGivenAnswerRequest(serializers.Serializer[Any]):
    """The answer to one question."""

    question = Line(max_length=LONGEST_QUESTION, help_text="Its words, as the survey has them.")
    answer = Paragraphs(max_length=LONGEST_ANSWER, help_text="Of a choice one of its options.")


class AnswerSurveyRequest(serializers.Serializer[Any]):
    """An answer to the survey."""

    rating = Whole(min_value=LEAST, max_value=MOST)
    answers = serializers.ListField(
        child=SurveyGivenAnswerRequest(),
        max_length=MOST_QUESTIONS,
        required=False,
        help_text="Questions may be left out.",
    )
