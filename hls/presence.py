"""Viewers over HLS: each playlist request is a sign of life, kept in memory and written in batches.

It also tells which sessions' HLS is still needed.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from core.secrets import new_token
from hls import demand
from sessions.models import Presence
from sessions.people.attendance import note_disconnect, take_attendance
from sessions.people.presence import also, count_here, write_signs
from sessions.rights.capabilities import Role

#: Seconds without a request after which a viewer has left; players ask every two seconds.
GONE_AFTER = 20.0
_NEEDED_EVERY = 10.0  # seconds between two writes that a session's HLS is needed

Key = tuple[UUID, UUID]  # session, user


class Watchers:
    """The people whose players send requests to this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.source = new_token("hls:", 12)
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[Key, tuple[float, Role]] = {}
        self._written: dict[Key, tuple[float, Role]] = {}
        self._needed: dict[UUID, float] = {}

    def note_request(self, session_id: UUID, user_id: UUID, *, role: Role) -> None:
        """Note a request of this person's player."""
        with self._lock:
            self._seen[session_id, user_id] = (self._clock(), role)

    def flush(self) -> None:
        """Write who is new, still there, or gone, and which HLS is needed; returns how many viewers there are."""
        now = self._clock()
        with self._lock:
            seen = dict(self._seen)
        gone = {key: at for key, (at, _role) in seen.items() if at < now - GONE_AFTER}
        renewed = now - settings.PRESENCE_TIMEOUT.total_seconds() / 3
        here = [(key, role) for key, (_at, role) in seen.items() if key not in gone]
        due = [(*key, role) for key, role in here if not self._is_written(key, role, since=renewed)]
        came = {key[0] for key, _role in here if key not in self._written}
        write_signs(due, self.source)
        for session_id, user_id, role in due:
            self._written[session_id, user_id] = (now, role)
        self._forget(gone, now)
        for session_id in came | {key[0] for key in gone}:
            count_here(session_id)
            take_attendance(session_id)
        self._need({key[0] for key, _role in here}, now)

    def clear(self) -> None:
        """The process stops: forget everybody."""
        with self._lock:
            gone = {key: at for key, (at, _role) in self._seen.items()}
        self._forget(gone, self._clock())

    def _is_written(self, key: Key, role: Role, *, since: float) -> bool:
        written = self._written.get(key)
        return written is not None and written[0] >= since and written[1] == role

    def _forget(self, gone: dict[Key, float], now: float) -> None:
        """Record that these people left, at the time of their last request."""
        if not gone:
            return
        moment = timezone.now()
        for (session_id, user_id), at in gone.items():
            note_disconnect(session_id, [user_id], moment - timedelta(seconds=now - at))
        for session_id in {key[0] for key in gone}:
            users = [key[1] for key in gone if key[0] == session_id]
            for start in range(0, len(users), 500):
                rows = Presence.objects.filter(session=session_id, source=self.source)
                rows.filter(user__in=users[start : start + 500]).delete()
        with self._lock:
            for key, at in gone.items():
                if self._seen.get(key, (at,))[0] == at:
                    self._seen.pop(key, None)
                self._written.pop(key, None)

    def _need(self, sessions: set[UUID], now: float) -> None:
        due = {each for each in sessions if self._needed.get(each, -1e9) < now - _NEEDED_EVERY}
        if due:
            demand.needed(due)
        self._needed = {each: now if each in due else self._needed[each] for each in sessions}


watchers = Watchers()
also(watchers)
