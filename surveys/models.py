"""Answers to the survey that a room's audience is asked when a session is over. What is asked is the room's."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from sessions.models import Attendance

LEAST, MOST = 1, 5  # of the rating


class SurveyAnswer(models.Model):
    """One person's answer; it is deleted with their attendance.

    ``answers`` are ``{"question", "answer"}``, with the words of the question as it was asked: the host may change it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attendance = models.OneToOneField(Attendance, on_delete=models.CASCADE, related_name="survey_answer")
    rating = models.PositiveSmallIntegerField(validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)])
    answers = models.JSONField(default=list, blank=True, help_text=_("question and answer of each that was answered."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=LEAST, rating__lte=MOST), name="ratings_are_from_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.rating} / {MOST}"
