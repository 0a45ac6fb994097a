"""Polls, their options, and votes. Constraints in the database prevent double votes."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ShortParagraphsField
from core.ids import uuid7
from sessions.models import Session

MOST_OPTIONS = 20
LONGEST_QUESTION = 500
LONGEST_OPTION = 200


class Poll(models.Model):
    """A question with options. Prepared until it is launched, then open for votes until it is closed.

    ``role`` is its author's when they made it. The lock on the row serialises votes, closing, and the counters:
    ``voter_count`` and the options' ``vote_count`` change in the transaction of each vote.
    """

    class Results(models.TextChoices):
        LIVE = "live", _("live")
        AFTER_VOTE = "after_vote", _("after voting")
        WHEN_SHOWN = "when_shown", _("when the host shows them")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="polls")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=9, default="audience")
    question = ShortParagraphsField(max_length=LONGEST_QUESTION)
    allow_multiple_votes = models.BooleanField(default=False)
    results_hidden = models.BooleanField(default=False, help_text=_("Only the team sees counts until they are shown."))
    results_after_vote = models.BooleanField(default=False, help_text=_("Pages show counts to those who voted."))
    is_anonymous = models.BooleanField(
        default=False, editable=False, help_text=_("Nobody can tell who chose what; fixed when the poll is made.")
    )
    voter_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    #: Its options in their order, where they were read with it.
    read_options: "list[PollOption] | None" = None

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(launched_at__isnull=False), name="only_launched_polls_close"
            )
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def ordered_options(self) -> "list[PollOption]":
        """Its options in their order, read now unless they were before."""
        return list(self.options.all()) if self.read_options is None else self.read_options

    @property
    def results(self) -> "Poll.Results":
        """When the audience sees counts."""
        if self.results_hidden:
            return Poll.Results.WHEN_SHOWN
        return Poll.Results.AFTER_VOTE if self.results_after_vote else Poll.Results.LIVE

    @property
    def is_launched(self) -> bool:
        return self.launched_at is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class PollOption(models.Model):
    """One option of a poll."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    text = LineField(max_length=LONGEST_OPTION)
    position = models.PositiveSmallIntegerField()
    vote_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["poll", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["poll", "position"], name="one_option_per_position"),
            models.UniqueConstraint(fields=["poll", "text"], name="options_of_a_poll_differ"),
            models.CheckConstraint(condition=Q(position__lt=MOST_OPTIONS), name="no_more_options_than_allowed"),
        ]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """A person's choice of an option. ``is_only``: the poll allowed one vote for each person at that time.

    In an anonymous poll the row only says that the person voted: it has no option, a random id, and the poll's time, so
    that neither it nor its order tells the choice, which is in the counters alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    option = models.ForeignKey(
        PollOption, null=True, blank=True, on_delete=models.CASCADE, related_name="votes",
    )  # fmt: skip
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="poll_votes")
    is_only = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["poll", "user"], condition=Q(is_only=True), name="one_vote_per_person"),
            models.UniqueConstraint(fields=["option", "user"], name="one_vote_per_option_and_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.option or self.poll}"
