"""Questions on the wire."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Paragraphs


class AskQuestionRequest(serializers.Serializer[Any]):
    """What to ask."""

    text = Paragraphs(max_length=500)


class AnswerQuestionRequest(serializers.Serializer[Any]):
    """The answer in writing; left out, the question was answered aloud."""

    answer = Paragraphs(max_length=2000, required=False, allow_blank=True, allow_null=True)

    def validate_answer(self, value: str | None) -> str:
        return value or ""
