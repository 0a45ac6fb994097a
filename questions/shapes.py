"""What questions publish, in replies, events and the state of pages."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from pydantic import Field

from core.published import Moment, Published
from questions import models
from sessions.rights.capabilities import Role


class Question(Published, name="QuestionResponse"):
    """A question."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    role: Role = Field(description="The asker's when they asked.")
    text: str
    status: models.Status
    is_pinned: bool
    vote_count: int
    answer: str | None = Field(description="Null unless it was answered in writing.")
    answered_by: str | None = Field(description="The name of the person who answered.")
    answered_at: Moment | None
    created_at: Moment

    @classmethod
    def of(cls, question: models.Question) -> Self:
        """``question.user`` and ``question.answered_by`` should be loaded."""
        by = question.answered_by
        return cls(
            id=question.pk,
            session_id=question.session_id,
            user_id=question.user_id,
            username=question.user.username,
            role=Role(question.role),
            text=question.text,
            status=question.status,
            is_pinned=question.is_pinned,
            vote_count=question.vote_count,
            answer=question.answer or None,
            answered_by=by.username if by else None,
            answered_at=question.answered_at,
            created_at=question.created_at,
        )


class Questions(Published, name="QuestionListResponse"):
    """One page of the session's questions, in the order of asking."""

    questions: list[Question]
    total: int
    limit: int
    offset: int

    @classmethod
    def of(cls, questions: Iterable[models.Question], *, total: int, limit: int, offset: int) -> Self:
        shown = [Question.of(question) for question in questions]
        return cls(questions=shown, total=total, limit=limit, offset=offset)
