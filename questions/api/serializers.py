"""Input of the question operations."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Paragraphs


class AskQuestionRequest(serializers.Serializer[Any]):
    """The question."""

    text = Paragraphs(max_length=500)


class AnswerQuestionRequest(serializers.Serializer[Any]):
    """The written answer; without it the question counts as answered aloud."""

    answer = Paragraphs(max_length=2000, required=False, allow_blank=True, allow_null=True)

    def validate_answer(self, value: str | None) -> str:
        return value or ""
