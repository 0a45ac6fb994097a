"""What a page shows of a session now: the ``state`` of a socket's welcome and resets.

``{"session": <REST Session>, "viewer_count": int | null, "host": {"video", "audio"}, …, "me": {"user_id", "username",
"role", "may", …}}``; the domain apps add their own keys. The audience sees the session as an outsider does, as in
events, so that one rendering serves all of them. All keys are always present: before the session is live the audience
gets them empty.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from accounts.person import Person
from sessions import shapes
from sessions.models import Session
from sessions.parts import parts
from sessions.people.viewers import viewer_count
from sessions.rights.capabilities import Capabilities, capabilities, is_inside


def state_for(person: Person, session: Session, allowed: Capabilities | None = None) -> dict[str, Any]:
    """The whole state for one known person. ``session`` comes from ``sessions.queries.complete_sessions``."""
    allowed = allowed or capabilities(person, session)
    user = person.user
    assert user is not None
    mine = personal_states(session, [user.pk])[user.pk]
    return shared_state(person, session, allowed) | {"me": me(user.pk, user.username, allowed, mine)}


def shared_state(person: Person, session: Session, allowed: Capabilities) -> dict[str, Any]:
    """The state but for ``me``: the same for everybody of the audience who has the rights :func:`seeing`."""
    present = viewer_count(session) if allowed.may_see_viewer_count else None
    if allowed.is_crew:
        seen = shapes.Session.of(session, person, allowed, present=present or 0)
    else:
        seen = shapes.seen_from_outside(session)
    hears_host = is_inside(session, allowed)  # what happens in a rehearsal stays there
    state: dict[str, Any] = {
        # Without an HLS address: that is personal, and made when the person asks for it.
        "session": seen.as_json(),
        "viewer_count": present,
        "host": {
            "video": hears_host and session.host_video_enabled,
            "audio": hears_host and session.host_audio_enabled,
        },
    }
    for part in parts():
        state |= part.shared(session, allowed)
    return state


def seeing(allowed: Capabilities) -> tuple[bool, ...]:
    """The rights that determine :func:`shared_state` for people who are not crew."""
    return (
        allowed.may_see_viewer_count,
        allowed.may_join_backstage,
        allowed.may_read_chat,
        allowed.may_see_polls,
        allowed.may_see_questions,
        allowed.may_see_people,
    )


def personal_states(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The keys of ``me`` besides name, role and rights, for each of these people."""
    found: dict[UUID, dict[str, Any]] = {user_id: {} for user_id in user_ids}
    for part in parts():
        for user_id, values in part.personal(session, user_ids).items():
            found[user_id] |= values
    return found


def me(user_id: UUID, username: str, allowed: Capabilities, personal: dict[str, Any]) -> dict[str, Any]:
    """The part of the state about the person themself."""
    rights = {name: value for name in allowed.__slots__ if isinstance(value := getattr(allowed, name), bool)}
    may = {name.removeprefix("may_"): value for name, value in rights.items() if name.startswith("may_")}
    return {"user_id": str(user_id), "username": username, "role": str(allowed.role), "may": may, **personal}
