"""What questions tell: everyone in the session hears all of it. ``data`` is the REST Question unless said."""

from datetime import datetime
from typing import Self
from uuid import UUID

from questions.models import Question
from realtime.events import Event, EventData, PersonalEvent


class QuestionData(EventData):
    """The published Question."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    role: str
    text: str
    status: str
    is_pinned: bool
    vote_count: int
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, question: Question) -> Self:
        """The question as it stands in the database now."""
        from questions.api.serializers import QuestionResponse

        fresh = Question.objects.select_related("user", "answered_by").get(pk=question.pk)
        return cls.model_validate(QuestionResponse(fresh).data)


class _QuestionEvent(Event):
    """Base of events that carry the question."""

    data: QuestionData

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(session_id=question.session_id, data=QuestionData.of(question))


class QuestionAsked(_QuestionEvent, type="question.asked"):
    """Somebody asked."""


class QuestionUpdated(_QuestionEvent, type="question.updated"):
    """The question was answered, pinned, unpinned or restored. Its ``vote_count`` may be older than question.votes."""


class QuestionIdData(EventData):
    """Which question."""

    id: UUID


class _QuestionGone(Event):
    data: QuestionIdData

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(session_id=question.session_id, data=QuestionIdData(id=question.pk))


class QuestionDismissed(_QuestionGone, type="question.dismissed"):
    """From now on the crew and the asker alone see it, neither pinned nor open."""


class QuestionDeleted(_QuestionGone, type="question.deleted"):
    """The asker took it back; nobody sees it any more."""


class QuestionVotesData(EventData):
    """How many want to hear the answer."""

    id: UUID
    vote_count: int


class QuestionVotes(Event, type="question.votes", volatile=True):
    """People voted for a question, or took that back."""

    data: QuestionVotesData


class QuestionVotedData(EventData):
    """Whether this person's vote counts now."""

    id: UUID
    voted: bool


class QuestionVoted(PersonalEvent, type="question.voted"):
    """This person voted for a question or took it back, perhaps in another tab."""

    data: QuestionVotedData

    @classmethod
    def of(cls, question: Question, user_id: UUID, *, voted: bool) -> Self:
        data = QuestionVotedData(id=question.pk, voted=voted)
        return cls(session_id=question.session_id, user_id=user_id, data=data)


def votes_now(question_id: UUID) -> QuestionVotes | None:
    """How many votes the question has; None when it is gone."""
    question = Question.objects.filter(pk=question_id).first()
    if question is None:
        return None
    data = QuestionVotesData(id=question.pk, vote_count=question.vote_count)
    return QuestionVotes(session_id=question.session_id, data=data)
