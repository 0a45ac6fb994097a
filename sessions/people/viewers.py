"""How many people of the audience are in a session now.

Counting costs more the larger the crowd is, so nobody who is answered counts: the process that publishes the number
(``presence.publish_count``) keeps it here for all, and where nobody does, one look in two seconds serves everybody.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from core.prepared import prepared
from core.rows import chunks
from sessions.models import Presence, Session
from sessions.rights.capabilities import Role

_PUBLISHED = 10  # seconds; it is published again every five at least
_LOOKED = 2  # seconds


def viewer_count(session: Session) -> int:
    """The number for ``session``, some seconds old at most."""
    return viewer_counts([session])[session.pk]


def viewer_counts(sessions: Iterable[Session]) -> dict[UUID, int]:
    """The number for each of ``sessions``; one query at most for each 500 of them."""
    keys = {_key(session.pk): session.pk for session in sessions}
    known = cache.get_many(keys)
    counts = {keys[key]: count for key, count in known.items()}
    if missing := [pk for key, pk in keys.items() if key not in known]:
        counted = count_viewers(missing)
        cache.set_many({_key(pk): count for pk, count in counted.items()}, _LOOKED)
        counts |= counted
    return counts


def remember_count(session_id: UUID, count: int) -> None:
    """What was counted just now is told to everybody who asks."""
    cache.set(_key(session_id), count, _PUBLISHED)


def count_viewers(session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Looks: each person counts once, however many connections they have."""
    counts = dict.fromkeys(session_ids, 0)
    since = timezone.now() - settings.PRESENCE_TIMEOUT
    if len(counts) == 1:
        return {session_id: _of_one.count(session_id=session_id, since=since) for session_id in counts}
    for some in chunks(counts):
        counts |= dict(_people.all(session_ids=some, since=since))
    return counts


@prepared
def _of_one(session_id: UUID, since: datetime) -> QuerySet[Presence, UUID]:
    """The people themselves: in the order of the index none need be remembered, which takes half as long."""
    present = Presence.objects.filter(session=session_id, seen_at__gte=since, role=Role.AUDIENCE).order_by()
    return present.values_list("user_id", flat=True).distinct()


@prepared
def _people(session_ids: list[UUID], since: datetime) -> QuerySet[Any, tuple[UUID, int]]:
    """(session, people of the audience who are there) for each of these sessions with any."""
    present = Presence.objects.filter(session__in=session_ids, seen_at__gte=since, role=Role.AUDIENCE).order_by()
    people = present.values("session").annotate(people=Count("user", distinct=True))
    return people.values_list("session", "people")


def waiting_people(session: Session, most: int) -> tuple[list[tuple[UUID, str]], int]:
    """Who waits in the lobby before ``session`` goes live: id and name of the first ``most`` in order of arrival, and
    how many there are.
    """
    if session.status != Session.Status.SCHEDULED:
        return [], 0
    since = timezone.now() - settings.PRESENCE_TIMEOUT
    present = Presence.objects.filter(session=session, seen_at__gte=since, role=Role.AUDIENCE).order_by()
    people = present.values_list("user", "user__username").annotate(first=Min("pk")).order_by("first")
    shown = [(user_id, username) for user_id, username, _first in people[:most]]
    return shown, len(shown) if len(shown) < most else people.count()


def _key(session_id: UUID) -> str:
    return f"viewers:{session_id}"
