"""Input of the poll operations (docs/contract.md §2)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from core.api.fields import Choice, Flag, Identifier, Line, Paragraphs
from polls.models import MOST_OPTIONS, Poll


class _Options(serializers.ListField):
    """2–20 different texts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Line(max_length=200), min_length=2, max_length=MOST_OPTIONS, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        values = list(super().to_internal_value(data))
        if len(set(values)) < len(values):
            raise serializers.ValidationError(_("Two options are the same. Make them different."), "duplicate")
        return values


class _Settings(serializers.Serializer[Any]):
    allow_multiple_votes = Flag(required=False, help_text="Whether a person may choose several options.")
    results = Choice(
        choices=Poll.Results.choices,
        required=False,
        help_text="When the audience sees counts: while voting, after one's vote, or after show_results.",
    )
    results_hidden = Flag(required=False, help_text="As `results: when_shown`: only the crew sees counts until shown.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """``results`` as the two columns. Raises ValidationError where ``results_hidden`` says something else."""
        results = attrs.pop("results", None)
        if results is None:
            if attrs.get("results_hidden"):
                attrs["results_after_vote"] = False
            return attrs
        is_hidden = results == Poll.Results.WHEN_SHOWN
        if attrs.get("results_hidden", is_hidden) != is_hidden:
            sentence = _("results and results_hidden say different things. Send one of them.")
            raise serializers.ValidationError({"results": ErrorDetail(sentence, "contradiction")})
        return attrs | {"results_hidden": is_hidden, "results_after_vote": results == Poll.Results.AFTER_VOTE}


class UpdatePollRequest(_Settings):
    """The changes to a prepared poll; ``options`` replaces all of them."""

    question = Paragraphs(min_length=3, max_length=500, required=False)
    options = _Options(required=False)


class CreatePollRequest(_Settings):
    """A poll to launch at once, or to prepare."""

    question = Paragraphs(min_length=3, max_length=500)
    options = _Options(help_text="2–20 different texts.")
    is_anonymous = Flag(required=False, help_text="Nobody can tell who chose what. It cannot be changed later.")
    launch = Flag(
        required=False,
        help_text="False prepares it: only the crew sees it until it is launched. Unless given, a poll of the crew is "
        "launched while the session is live or its backstage is open, and prepared before that.",
    )


class CopyPollRequest(serializers.Serializer[Any]):
    """Whether the copy is launched at once."""

    launch = Flag(required=False, help_text="True asks again at once; otherwise the copy is prepared.")


class VoteRequest(serializers.Serializer[Any]):
    """The option to choose; where several may be chosen, ``option_ids`` chooses them in one vote."""

    option_id = Identifier(required=False)
    option_ids = serializers.ListField(child=Identifier(), min_length=1, max_length=MOST_OPTIONS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """``{"option_ids": […]}``, each once. Raises ValidationError unless exactly one of the two is sent."""
        if len(attrs) != 1:
            sentence = _("Send option_id, or option_ids where several may be chosen.")
            raise serializers.ValidationError({"option_id": ErrorDetail(sentence, "required")})
        chosen = attrs["option_ids"] if "option_ids" in attrs else [attrs["option_id"]]
        return {"option_ids": list(dict.fromkeys(chosen))}
