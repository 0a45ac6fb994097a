"""Which topics a person's socket gets; depends only on the session's state and the person's capabilities."""

from functools import lru_cache
from uuid import UUID

from realtime.events import chat, crew, everyone_in, lobby, moderation, people, personal, polls, questions, team
from sessions.models import Session
from sessions.rights.capabilities import Capabilities

_SHARED = (lobby, everyone_in, chat, polls, questions, people, team, crew, moderation)


def topics_for(session: Session, capabilities: Capabilities, user_id: UUID | None) -> list[str]:
    """The topics of one connection; empty if it may have none, as for everybody once the session is over.

    Before the session is live the audience gets the lobby only. ``user_id`` is None for a key: it acts for a person but
    must not get their personal topic (direct messages).
    """
    if session.status == Session.Status.ENDED or not capabilities.may_join:
        return []
    topics = [lobby(session.pk)]
    if is_heard_inside(session, capabilities):
        topics.append(everyone_in(session.pk))
        topics += [personal(user_id, session.pk)] if user_id else []
        topics += [chat(session.pk)] if capabilities.may_read_chat else []
        topics += [polls(session.pk)] if capabilities.may_see_polls else []
        topics += [questions(session.pk)] if capabilities.may_see_questions else []
        topics += [people(session.pk)] if capabilities.may_see_people else []
    if capabilities.may_join_backstage:
        topics.append(team(session.pk))
    if capabilities.is_crew:
        topics.append(crew(session.pk))
    if capabilities.may_manage_chat:
        topics.append(moderation(session.pk))
    return topics


def is_heard_inside(session: Session, capabilities: Capabilities) -> bool:
    """Whether this person, who may join, gets more than the lobby."""
    return session.is_live or capabilities.may_join_backstage


@lru_cache(maxsize=1024)
def shared_topics(session_id: UUID) -> tuple[str, ...]:
    """Every topic of the session that several people can have."""
    return tuple(topic(session_id) for topic in _SHARED)
