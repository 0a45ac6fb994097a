"""Questions on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Moment, Paragraphs
from questions.models import Question
from sessions.rights.capabilities import Role


class AskQuestionRequest(serializers.Serializer[Any]):
    """What to ask."""

    text = Paragraphs(max_length=500)


class AnswerQuestionRequest(serializers.Serializer[Any]):
    """The answer in writing; left out, the question was answered aloud."""

    answer = Paragraphs(max_length=2000, required=False, allow_blank=True, allow_null=True)

    def validate_answer(self, value: str | None) -> str:
        return value or ""


class QuestionResponse(serializers.Serializer[Question]):
    """A question; give it rows with ``user`` and ``answered_by``."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    username = serializers.CharField(source="user.username")
    role = serializers.ChoiceField(choices=[role.value for role in Role], help_text="The asker's when they asked.")
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=["held", "open", "answered", "dismissed"])
    is_pinned = serializers.BooleanField()
    vote_count = serializers.IntegerField()
    answer = serializers.SerializerMethodField(help_text="Null unless it was answered in writing.")
    answered_by = serializers.SerializerMethodField(help_text="The name of who answered.")
    answered_at = Moment(allow_null=True)
    created_at = Moment()

    def get_answer(self, question: Question) -> str | None:
        return question.answer or None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_answered_by(self, question: Question) -> str | None:
        return question.answered_by.username if question.answered_by else None


class QuestionListResponse(serializers.Serializer[Any]):
    """One page of the session's questions, in the order of asking."""

    questions = QuestionResponse(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
