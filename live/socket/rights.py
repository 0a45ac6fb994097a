"""What the people behind many sockets of one session may do: a bounded number of queries for all of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.person import Person
from live.tickets import Pass
from rooms.permissions import Standing
from sessions.capabilities import Capabilities, capabilities
from sessions.models import Session
from sessions.viewpoint import NOBODY, Place, Viewpoint, places_in

_CHUNK = 500  # people a query


@dataclass(frozen=True, slots=True)
class Judged:
    """A person whose pass still holds, and their rights."""

    person: Person
    allowed: Capabilities


def rights_of(session: Session, passes: Collection[Pass]) -> dict[Pass, Judged | None]:
    """The rights behind each of ``passes``, all of ``session``; None where the pass was revoked.

    Keys, and people with limited or revocable credentials, are looked up one by one; all others together, and those
    without a place in an organization share one judgement by their place in the session.
    """
    together = {entry for entry in passes if entry.api_key_id is None and entry.limit is None and entry.family is None}
    people = list({entry.user_id for entry in together})
    users = {user.pk: user for user in _users(people)}
    roles: dict[UUID, dict[UUID, str]] = {}
    for user_id, organization_id, role in _of(
        Membership.objects.all(), "user", people, "user_id", "organization_id", "role"
    ):
        roles.setdefault(user_id, {})[organization_id] = role
    places = places_in(session, people)
    judged: dict[Pass, Judged | None] = {}
    alike: dict[tuple[Place, bool], Capabilities] = {}
    for entry in passes:
        if entry not in together:
            person = entry.person()
            judged[entry] = Judged(person, capabilities(person, session)) if person is not None else None
            continue
        user = users.get(entry.user_id)
        if user is None or user.credentials_epoch != entry.credentials_epoch:
            judged[entry] = None
            continue
        person, place = Person(user=user), places.get(user.pk, NOBODY)
        mine = roles.get(user.pk, {})
        key = (place, user.is_guest)
        if mine or user.pk == session.room.host_id:
            allowed = capabilities(person, session, Viewpoint(Standing(person, mine), {session.pk: place}))
        elif key in alike:
            allowed = alike[key]
        else:
            seen_from = Viewpoint(Standing(person, {}), {session.pk: place})
            allowed = alike[key] = capabilities(person, session, seen_from)
        judged[entry] = Judged(person, allowed)
    return judged


def _users(people: list[UUID]) -> Iterator[User]:
    for start in range(0, len(people), _CHUNK):
        yield from User.objects.filter(is_active=True, pk__in=people[start : start + _CHUNK])


def _of(rows: QuerySet[Any], field: str, people: list[UUID], *wanted: str) -> Iterator[tuple[Any, ...]]:
    """``wanted`` of those rows whose ``field`` is one of ``people``."""
    for start in range(0, len(people), _CHUNK):
        yield from rows.filter(**{f"{field}__in": people[start : start + _CHUNK]}).order_by().values_list(*wanted)
