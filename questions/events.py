"""Events of questions. ``data`` is the Question of the API unless stated otherwise.

Published to everyone who joined; while a question is held only to its asker and those who manage questions.
"""

from typing import Self
from uuid import UUID

from questions import shapes
from questions.models import Question
from realtime.events import Event, EventData, PersonalEvent, moderation, personal, questions


class QuestionEvent(Event):
    """Published to everyone who joined, to one person only (``to``), or to those who manage questions
    (``to_moderators``).
    """

    to: UUID | None = None
    to_moderators: bool = False

    @property
    def topic_name(self) -> str:
        if self.to is not None:
            return personal(self.to, self.session_id)
        return moderation(self.session_id) if self.to_moderators else questions(self.session_id)

    def for_few(self, question: Question) -> list[Self]:
        """The event for the people who may know of a held question."""
        return [self.model_copy(update={"to_moderators": True}), self.model_copy(update={"to": question.user_id})]


class _QuestionChanged(QuestionEvent):
    """Base of events that carry the question."""

    data: shapes.Question

    @classmethod
    def of(cls, question: Question) -> Self:
        """The question as it stands in the database now."""
        return cls.new(Question.objects.select_related("user", "answered_by").get(pk=question.pk))

    @classmethod
    def new(cls, question: Question) -> Self:
        """A question that was written just now, with its people."""
        return cls(session_id=question.session_id, data=shapes.Question.of(question))


class QuestionAsked(_QuestionChanged, type="question.asked", topic=questions):
    """Somebody asked a question; for a held one, the crew approved it."""


class QuestionHeld(_QuestionChanged, type="question.held", topic=moderation):
    """A question waits for approval; published to those who manage questions, and to its asker."""


class QuestionUpdated(_QuestionChanged, type="question.updated", topic=questions):
    """The question was answered, pinned, unpinned or restored. Its ``vote_count`` may be older than question.votes."""


class QuestionIdData(EventData):
    """Which question."""

    id: UUID


class _QuestionGone(QuestionEvent):
    data: QuestionIdData

    @classmethod
    def of(cls, question: Question, *, was_held: bool) -> list[Self]:
        event = cls(session_id=question.session_id, data=QuestionIdData(id=question.pk))
        return event.for_few(question) if was_held else [event]


class QuestionDismissed(_QuestionGone, type="question.dismissed", topic=questions):
    """The question was dismissed: from now on only its asker and those who manage questions see it, unpinned and not
    open.
    """


class QuestionDeleted(_QuestionGone, type="question.deleted", topic=questions):
    """The asker withdrew the question; nobody sees it any more."""


class QuestionVotesData(EventData):
    """How many people voted for the question."""

    id: UUID
    vote_count: int


class QuestionVotes(Event, type="question.votes", topic=questions, volatile=True):
    """People voted for a question or withdrew their votes."""

    data: QuestionVotesData


class QuestionVotedData(EventData):
    """Whether this person's vote counts now."""

    id: UUID
    voted: bool


class QuestionVoted(PersonalEvent, type="question.voted"):
    """This person voted for a question or withdrew the vote, possibly in another tab."""

    data: QuestionVotedData

    @classmethod
    def of(cls, question: Question, user_id: UUID, *, voted: bool) -> Self:
        data = QuestionVotedData(id=question.pk, voted=voted)
        return cls(session_id=question.session_id, user_id=user_id, data=data)


def votes_now(question_id: UUID) -> QuestionVotes | None:
    """The event with the present number of votes; None if the question is gone."""
    question = Question.objects.filter(pk=question_id).first()
    if question is None:
        return None
    data = QuestionVotesData(id=question.pk, vote_count=question.vote_count)
    return QuestionVotes(session_id=question.session_id, data=data)
