"""Signs of life over HTTP, from people without a socket of ours: kept in memory and written together about once a
second, as those of sockets are.

Whoever is there already costs their share of one update; who is new also begins their stay and counts.
"""

import threading
from collections import defaultdict
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from core.rows import chunks
from sessions.models import Presence, Session
from sessions.people.attendance import take_arrivals
from sessions.people.presence import also, count_here, is_writing, write_signs
from sessions.rights.capabilities import Role
from sessions.rights.context import NOBODY, placed

HEARTBEAT = "heartbeat"

Key = tuple[UUID, UUID]  # session, user


def mark_heartbeat(session: Session, user_id: UUID, *, role: Role) -> None:
    """This person is there now. A process that writes no presence in the background writes it at once."""
    heartbeats.note(session.pk, user_id, role=role)
    if not is_writing():
        heartbeats.flush()


class Heartbeats:
    """The signs of life since the last write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._signs: dict[Key, Role] = {}

    def note(self, session_id: UUID, user_id: UUID, *, role: Role) -> None:
        """Keep this person's sign of life for the next write."""
        with self._lock:
            self._signs[session_id, user_id] = role

    def flush(self) -> None:
        """Write what was noted; where somebody is new, begin their stay and count. Raises if the database does not
        answer; nothing is lost then."""
        with self._flushing:
            with self._lock:
                signs, self._signs = self._signs, {}
            try:
                came = _write(signs)
            except Exception:
                with self._lock:
                    self._signs = signs | self._signs
                raise
            for session_id, user_ids in came.items():
                count_here(session_id)
                take_arrivals(session_id, user_ids)

    def clear(self) -> None:
        """The process stops: write the rest."""
        self.flush()


def _write(signs: dict[Key, Role]) -> dict[UUID, list[UUID]]:
    """Write these signs of life; by session, of whom one is the first since PRESENCE_TIMEOUT."""
    now = timezone.now()
    since = now - settings.PRESENCE_TIMEOUT
    people: dict[tuple[UUID, Role], list[UUID]] = defaultdict(list)
    for (session_id, user_id), role in sorted(signs.items()):
        people[session_id, role].append(user_id)
    new: list[tuple[UUID, UUID, Role]] = []
    for (session_id, role), users in people.items():
        for some in chunks(users):
            rows = Presence.objects.filter(session=session_id, source=HEARTBEAT, role=role, seen_at__gte=since)
            if rows.filter(user__in=some).update(seen_at=now) < len(some):
                places = placed([session_id], some).places  # who was banned since then does not come back by it
                is_banned = {user_id for user_id in some if places.get((session_id, user_id), NOBODY).is_banned}
                new += [(session_id, user_id, role) for user_id in some if user_id not in is_banned]
    write_signs(new, HEARTBEAT)
    came: dict[UUID, list[UUID]] = defaultdict(list)
    for session_id, user_id, _role in new:
        came[session_id].append(user_id)
    return came


heartbeats = Heartbeats()
also(heartbeats)
