"""What a page shows of a session now: the ``state`` of a socket's welcome and resets.

``{"session": <REST Session>, "viewer_count": int | null, "host": {"video", "audio"}, …, "me": {"user_id", "username",
"role", "may", …}}``; the domain apps add their own keys. The audience sees the session as an outsider does, as in
events, so that one rendering serves all of them. All keys are always present: before the session is live the audience
gets them empty.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.person import Person
from core.prepared import prepared
from core.rows import chunks
from sessions import shapes
from sessions.models import Session
from sessions.parts import PersonalPart, parts
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
    nothing: dict[str, Any] = {}
    for part in _personal_parts():
        nothing |= part.nothing
    found = {user_id: nothing.copy() for user_id in user_ids}
    for part, people in zip(_personal_parts(), _who_has(session.pk, user_ids), strict=True):
        if people:
            for user_id, values in part.of(session, people).items():
                found[user_id] |= values
    return found


def _personal_parts() -> list[PersonalPart]:
    return [part.personal for part in parts() if part.personal is not None]


def _who_has(session_id: UUID, user_ids: Collection[UUID]) -> list[set[UUID]]:
    """Of each part who of these people has something of it: nearly nobody who comes to a session."""
    found: list[set[UUID]] = [set() for _part in _personal_parts()]
    columns = [people for people, part in zip(found, _personal_parts(), strict=True) for _rows in part.rows]
    for some in chunks(user_ids):
        for user_id, *signs in _signs.all(session_id=session_id, user_ids=some):
            for people, sign in zip(columns, signs, strict=True):
                if sign:
                    people.add(user_id)
    return found


@prepared
def _signs(session_id: UUID, user_ids: list[UUID]) -> QuerySet[Any, Any]:
    """(person, whether there is a row of them, for each kind of row of each part) for each of these people."""
    kinds = [rows for part in _personal_parts() for rows in part.rows]
    signs = {f"sign_{number}": Exists(rows(session_id, OuterRef("pk"))) for number, rows in enumerate(kinds)}
    return User.objects.filter(pk__in=user_ids).order_by().annotate(**signs).values_list("pk", *signs)


def me(user_id: UUID, username: str, allowed: Capabilities, personal: dict[str, Any]) -> dict[str, Any]:
    """The part of the state about the person themself."""
    return {"user_id": str(user_id), "username": username} | personal | rights_in_state(allowed)


def rights_in_state(allowed: Capabilities) -> dict[str, Any]:
    """The keys of ``me`` that are the same for everybody with these rights: ``role`` and ``may``."""
    rights = {name: value for name in allowed.__slots__ if isinstance(value := getattr(allowed, name), bool)}
    may = {name.removeprefix("may_"): value for name, value in rights.items() if name.startswith("may_")}
    return {"role": str(allowed.role), "may": may}
