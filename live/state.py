"""What a page shows of a session now: the ``state`` of a socket's welcome and resets.

``{"session": <REST Session>, "viewer_count": int | null, "host": {"video", "audio"}, "me": {"user_id", "username",
"role", "may"}}``. The audience sees the session as an outsider does, exactly as events carry it, so that one
rendering serves all of them.
"""

from typing import Any
from uuid import UUID

from accounts.person import ANONYMOUS, Person
from sessions.api.serializers import SessionResponse
from sessions.capabilities import Capabilities, capabilities
from sessions.models import Session


def state_for(person: Person, session: Session, allowed: Capabilities | None = None) -> dict[str, Any]:
    """The whole state for one known person. ``session`` comes from ``sessions.queries.complete_sessions``."""
    allowed = allowed or capabilities(person, session)
    user = person.user
    assert user is not None
    return shared_state(person, session, allowed) | {"me": me(user.pk, user.username, allowed)}


def shared_state(person: Person, session: Session, allowed: Capabilities) -> dict[str, Any]:
    """The state but for ``me``: the same for everybody of the audience."""
    seen_by = person if allowed.is_crew else ANONYMOUS
    hears_host = allowed.is_crew or session.is_live  # what happens in a rehearsal stays there
    return {
        "session": SessionResponse(session, context={"person": seen_by}).data,
        "viewer_count": session.present_viewers if allowed.may_see_viewer_count else None,  # type: ignore[attr-defined]
        "host": {
            "video": hears_host and session.host_video_enabled,
            "audio": hears_host and session.host_audio_enabled,
        },
    }


def me(user_id: UUID, username: str, allowed: Capabilities) -> dict[str, Any]:
    """The part of the state that is about the person themself."""
    rights = {name: value for name in allowed.__slots__ if isinstance(value := getattr(allowed, name), bool)}
    may = {name.removeprefix("may_"): value for name, value in rights.items() if name.startswith("may_")}
    return {"user_id": str(user_id), "username": username, "role": str(allowed.role), "may": may}
