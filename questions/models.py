"""Questions of the audience, and votes for them."""

from typing import ClassVar, Literal

from django.conf import settings
from django.db import models

from core.fields import ParagraphsField, ShortParagraphsField
from core.ids import uuid7
from sessions.models import Session

Status = Literal["held", "open", "answered", "dismissed"]


class Question(models.Model):
    """A question of a person in the session; ``role`` is theirs at that moment.

    Held for approval, open, answered (in writing or aloud), or dismissed. Only the asker and those of the crew who
    manage questions see held and dismissed ones. The lock on the row serialises changes; ``vote_count`` changes in the
    transaction of each vote.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="questions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="questions")
    role = models.CharField(max_length=9, default="audience")
    text = ShortParagraphsField(max_length=500)
    vote_count = models.PositiveIntegerField(default=0, editable=False)
    answer = ParagraphsField(blank=True, max_length=2000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_held = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["session", "dismissed_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer="") | models.Q(answered_at__isnull=False),
                name="a_question_with_an_answer_is_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(is_held=False)
                | models.Q(dismissed_at=None, answered_at=None, pinned_at=None, vote_count=0),
                name="nothing_is_done_with_held_questions",
            ),
            models.CheckConstraint(
                condition=models.Q(dismissed_at=None) | models.Q(pinned_at=None), name="no_dismissed_question_is_pinned"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_dismissed(self) -> bool:
        return self.dismissed_at is not None

    @property
    def status(self) -> Status:
        if self.is_held:
            return "held"
        if self.is_dismissed:
            return "dismissed"
        return "open" if self.answered_at is None else "answered"


class QuestionVote(models.Model):
    """A person's vote: they want to hear the answer too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="question_votes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["question", "user"], name="one_vote_per_question_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}"
