"""What `chat` adds to a page's state: one part for everybody with the same rights, one part for each person."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from chat import queries, reactions, shapes
from chat.models import ChatMessage
from sessions.models import Session
from sessions.parts import PersonalPart
from sessions.rights.capabilities import Capabilities, is_inside


def shared(session: Session, allowed: Capabilities) -> dict[str, Any]:
    """``chat``: {messages (the newest public ones, oldest first), pinned}, ``reactions``: {emoji: count} and
    ``lobby_message``: what is said to everybody who waits.

    For crew and speakers also ``team``: {messages (the newest ones, oldest first)}. For those who manage the chat also
    ``chat_crew``: {held, reports, more}; the oldest of both, ``more``: whether others follow.
    """
    inside = is_inside(session, allowed)
    reads = inside and allowed.may_read_chat
    pinned = queries.pinned_message(session) if reads else None
    state: dict[str, Any] = {
        "chat": {
            "messages": _written(queries.latest_messages(session)) if reads else [],
            "pinned": shapes.ChatMessage.of(pinned).as_json() if pinned else None,
        },
        "reactions": reactions.counts(session.pk) if inside else {},
        "lobby_message": shapes.LobbyMessage.of(queries.lobby_message(session)).as_json(),
    }
    if allowed.may_join_backstage:
        newest = queries.team_messages(session, limit=queries.IN_STATE)
        state["team"] = {"messages": [shapes.TeamMessage.of(message).as_json() for message in newest]}
    if inside and allowed.may_manage_chat:
        held = queries.oldest_held.page(0, queries.IN_STATE + 1, session_id=session.pk)
        reports = queries.oldest_reports.page(0, queries.IN_STATE + 1, session_id=session.pk)
        state["chat_crew"] = {
            "held": _written(held[: queries.IN_STATE]),
            "reports": [shapes.ChatReport.of(report).as_json() for report in reports[: queries.IN_STATE]],
            "more": {"held": len(held) > queries.IN_STATE, "reports": len(reports) > queries.IN_STATE},
        }
    return state


def personal(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """``direct`` (the newest direct messages, oldest first) and ``held`` (the person's own messages that wait for
    approval).
    """
    direct = queries.direct_messages_of(session, user_ids)
    held = queries.held_messages_of(session, user_ids)
    return {
        user_id: {"direct": _written(direct.get(user_id, ())), "held": _written(held.get(user_id, ()))}
        for user_id in user_ids
    }


PERSONAL = PersonalPart(
    nothing={"direct": [], "held": []}, rows=(queries.own_messages, queries.received_messages), of=personal
)


def _written(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    return [shapes.ChatMessage.of(message).as_json() for message in messages]
