"""Input of the poll operations (docs/contract.md §2)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.fields import Flag, Identifier, Line, Paragraphs
from polls.models import MOST_OPTIONS


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
    """The changes to a prepared poll; ``options`` replaces all of them."""

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
    launch = Flag(
        required=False,
        help_text="False prepares it: only the crew sees it until it is launched. Unless given, a poll of the crew is "
        "launched while the session is live or its backstage is open, and prepared before that.",
    )


class VoteRequest(serializers.Serializer[Any]):
    """The option to choose."""

    option_id = Identifier()
