"""Polls on the wire (docs/contract.md §2)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Flag, Identifier, Line, Moment, Paragraphs
from polls.models import MOST_OPTIONS, Poll, PollOption
from sessions.rights.capabilities import Capabilities, Role


class _Options(serializers.ListField):
    """2–20 different texts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Line(max_length=200), min_length=2, max_length=MOST_OPTIONS, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        values = list(super().to_internal_value(data))
        if len(set(values)) < len(values):
            raise serializers.ValidationError(_("Two options are the same. Make them different."), "duplicate")
        return values


class UpdatePollRequest(serializers.Serializer[Any]):
    """What to change of a prepared poll; ``options`` replaces all of them."""

    question = Paragraphs(min_length=3, max_length=500, required=False)
    options = _Options(required=False)
    allow_multiple_votes = Flag(required=False)
    results_hidden = Flag(required=False)


class CreatePollRequest(serializers.Serializer[Any]):
    """A poll to launch at once, or to prepare."""

    question = Paragraphs(min_length=3, max_length=500)
    options = _Options(help_text="2–20 different texts.")
    allow_multiple_votes = Flag(required=False, help_text="Whether a person may choose several options.")
    results_hidden = Flag(required=False, help_text="Only the crew sees counts until show_results.")
    launch = Flag(required=False, help_text="False prepares it: the crew alone sees it until it is launched.")


class VoteRequest(serializers.Serializer[Any]):
    """The option to choose."""

    option_id = Identifier()


class _Shown:
    """Whether the caller sees the counts of a poll.

    Context ``sees_hidden``: also while they are hidden; ``sees_counts`` false: never.
    """

    context: dict[str, Any]

    def shows(self, poll: Poll) -> bool:
        if not self.context.get("sees_counts", True):
            return False
        return not poll.results_hidden or bool(self.context.get("sees_hidden"))


class PollOptionResponse(serializers.Serializer[PollOption]):
    """One option."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    vote_count = serializers.IntegerField(allow_null=True, help_text="Null while results are hidden from the caller.")


class PollResponse(_Shown, serializers.Serializer[Poll]):
    """A poll with its options; give it polls with ``created_by`` and prefetched options."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    user_id = serializers.UUIDField(source="created_by_id")
    username = serializers.CharField(source="created_by.username")
    role = serializers.ChoiceField(
        choices=[role.value for role in Role], help_text="The author's when they made the poll."
    )
    question = serializers.CharField()
    status = serializers.SerializerMethodField()
    allow_multiple_votes = serializers.BooleanField()
    options = serializers.SerializerMethodField()
    is_launched = serializers.BooleanField(help_text="False: prepared, seen by the crew alone.")
    results_hidden = serializers.BooleanField()
    total_votes = serializers.SerializerMethodField(help_text="Null as vote_count.")
    total_voters = serializers.SerializerMethodField(help_text="People who voted; null as vote_count.")
    created_at = Moment()
    launched_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=["active", "closed"]))
    def get_status(self, poll: Poll) -> str:
        return "closed" if poll.is_closed else "active"

    @extend_schema_field(PollOptionResponse(many=True))
    def get_options(self, poll: Poll) -> list[dict[str, Any]]:
        shows = self.shows(poll)
        return [
            {"id": str(option.pk), "text": option.text, "vote_count": option.vote_count if shows else None}
            for option in poll.options.all()
        ]

    def get_total_votes(self, poll: Poll) -> int | None:
        return sum(option.vote_count for option in poll.options.all()) if self.shows(poll) else None

    def get_total_voters(self, poll: Poll) -> int | None:
        return poll.voter_count if self.shows(poll) else None


def poll_values(poll: Poll, allowed: Capabilities) -> Any:
    """The poll as the caller sees it: hidden counts, and all counts from those who may not look at polls, are null."""
    return PollResponse(poll, context=_context(allowed)).data


def polls_values(polls: Iterable[Poll], allowed: Capabilities) -> list[Any]:
    """These polls as the caller sees them."""
    response = PollResponse(context=_context(allowed))
    return [response.to_representation(poll) for poll in polls]


def _context(allowed: Capabilities) -> dict[str, Any]:
    return {"sees_counts": allowed.may_see_polls, "sees_hidden": allowed.is_crew}


class PollListResponse(serializers.Serializer[Any]):
    """The session's polls, oldest first."""

    polls = PollResponse(many=True)
    total = serializers.IntegerField()


class PollResultsResponse(PollResponse):
    """A poll, and what the caller chose. Context ``my_votes``."""

    my_votes = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_my_votes(self, poll: Poll) -> list[str]:
        return [str(option_id) for option_id in self.context["my_votes"]]
