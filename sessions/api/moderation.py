"""GET and PATCH of the crew's rules (+): chat rules and the lock."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Choice, Flag, Line, Whole
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded
from sessions.models import Session
from sessions.moderation import services
from sessions.moderation.shapes import RulesWithWords
from sessions.rights.capabilities import require


class UpdateModerationRequest(serializers.Serializer[Any]):
    """The changes; missing fields stay unchanged."""

    slow_mode = Whole(min_value=0, max_value=3600, required=False, help_text="Seconds between two messages; 0: off.")
    chat_from = Choice(choices=Session.ChatFrom.choices, required=False)
    direct_to_crew_only = Flag(required=False)
    hold_messages = Flag(required=False)
    block_links = Flag(required=False)
    blocked_words = serializers.ListField(
        child=Line(max_length=services.LONGEST_WORD), max_length=services.MOST_WORDS, required=False
    )
    is_door_closed = Flag(required=False)

    def validate_blocked_words(self, words: list[str]) -> list[str]:
        """Keep the order and drop repetitions, ignoring case."""
        return services.unrepeated(words)


class RulesViewSet(SessionOperations):
    """The chat rules."""

    @operation("Moderation", reply=RulesWithWords, errors=[NotFound, NotAllowed])
    def read(self, request: Request, session_id: str) -> Response:
        """Read the chat rules, with the blocked words."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_chat)
        return self.reply(RulesWithWords.of(session))

    @operation(
        "Moderation",
        request=UpdateModerationRequest,
        reply=RulesWithWords,
        errors=[NotFound, NotAllowed, SessionEnded],
    )
    def change(self, request: Request, session_id: str) -> Response:
        """Change the chat rules and the lock: slow mode, who may write, held messages, links, words, newcomers."""
        session, allowed = self.find(session_id)
        require(allowed.may_manage_chat)
        changes = self.parse(UpdateModerationRequest)
        changed = services.change_rules(actor=self.person, session=session, **changes)
        return self.reply(RulesWithWords.of(changed))


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/moderation", RulesViewSet.as_view({"get": "read", "patch": "change"})),
]
