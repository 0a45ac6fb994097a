"""Which topics a person's socket holds: a function of the session's state and the person's capabilities, and of
nothing else.
"""

from realtime.events import crew, everyone_in, lobby
from sessions.capabilities import Capabilities
from sessions.models import Session


def topics_for(session: Session, capabilities: Capabilities) -> list[str]:
    """The topics of one connection; empty when it may hold none, as for everybody once the session is over.

    Before it is live the audience hears the lobby alone.
    """
    if session.status == Session.Status.ENDED or not capabilities.may_join:
        return []
    topics = [lobby(session.pk)]
    if session.is_live or capabilities.is_crew:
        topics.append(everyone_in(session.pk))
    if capabilities.is_crew:
        topics.append(crew(session.pk))
    return topics
