"""Judges the people behind many passes of one session with a bounded number of queries.

Sockets, HLS and media connections are judged here, each again and again: who may no longer be there is removed.
"""

from collections.abc import Collection
from dataclasses import dataclass

from accounts import credentials
from accounts.person import Person
from organizations import keys
from rooms.permissions import Memberships
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, capabilities
from sessions.rights.context import NOBODY, Place, Viewpoint, placed
from sessions.rights.passes import Pass


@dataclass(frozen=True, slots=True)
class Judged:
    """A person whose pass is still valid, and their rights."""

    person: Person
    allowed: Capabilities


def rights_of(session: Session, passes: Collection[Pass]) -> dict[Pass, Judged | None]:
    """The rights behind each of ``passes``, all of ``session``; None where the pass was revoked.

    People without a membership share one judgement for each kind of place in the session.
    """
    people = credentials.holders(passes, keys.grants_of(entry.api_key_id for entry in passes))
    ids = list({entry.user_id for entry in people})
    found = placed([session.pk], ids)
    judged: dict[Pass, Judged | None] = {}
    alike: dict[tuple[Place, bool], Capabilities] = {}
    for entry in passes:
        person = people.get(entry)
        if person is None or person.user is None:
            judged[entry] = None
            continue
        place, mine = found.places.get((session.pk, entry.user_id), NOBODY), found.roles.get(entry.user_id, {})
        seen_from = Viewpoint(Memberships(person, mine).limited(), {session.pk: place})
        if mine or person.api_key or person.session_id or entry.user_id == session.room.host_id:
            allowed = capabilities(person, session, seen_from)
        else:
            key = (place, person.user.is_guest)
            known = alike.get(key)
            allowed = alike[key] = known if known is not None else capabilities(person, session, seen_from)
        judged[entry] = Judged(person, allowed)
    return judged
