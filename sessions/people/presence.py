"""Presence: people with a socket or a LiveKit connection, and how many of them are audience.

Socket presence is kept in memory and written in bulk about once a second; LiveKit's is written by the reconcile. Every
process with sockets is its own source, whose rows time out if it dies.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone

from accounts.models import User
from core.background import BackgroundThread
from core.prepared import prepared, prepared_update
from core.secrets import new_token
from core.writes import insert
from realtime.leases import Lease
from realtime.outbox import emit
from sessions.events import PresenceCount
from sessions.models import Presence, Session, SessionQuerySet
from sessions.people.attendance import note_disconnect, take_arrivals, take_attendance
from sessions.people.viewers import count_viewers, remember_count
from sessions.rights.capabilities import Role

logger = logging.getLogger(__name__)

LIVEKIT = "livekit"
FLUSH_EVERY = 1.0  # seconds
_COUNT_EVERY = 5.0  # seconds between counts of sessions without changes in this process: others may have changed
_SWEEP_EVERY = 60.0  # seconds between two deletions of outdated rows
_CHUNK = 500
_LOOKED_LATELY = timedelta(seconds=15)  # the reconcile looks every 10 s

Key = tuple[UUID, UUID]  # session, user

_counting = threading.Lock()
_told: dict[UUID, int] = {}
_leases: dict[UUID, Lease] = {}  # one of several processes counts a session: the first one with its sockets
_LEASE_SECONDS = 15.0


def publish_count(session_id: UUID) -> None:
    """Publish the number of viewers if it changed since this process last did; updates the peak while live.

    Does nothing while another process counts this session.
    """
    with _counting:  # read-only: a caller's transaction may hold the write lock of the database
        if not _leases.setdefault(session_id, Lease(f"presence:{session_id}", _LEASE_SECONDS)).holds():
            _told.pop(session_id, None)
            return
        session = _counted.first(session_id=session_id)
        if session is None:
            _told.pop(session_id, None)
            return
        count = count_viewers([session_id])[session_id]
        remember_count(session_id, count)
        if _told.get(session_id) != count:
            _told[session_id] = count
            emit(*PresenceCount.all_of(session, count))
    if session.is_live and count > session.max_viewers:
        _raise_peak.run(session_id=session_id, count=count)


@prepared
def _counted(session_id: UUID) -> SessionQuerySet:
    return Session.objects.alive().select_related("preset").filter(pk=session_id)


@prepared_update
def _raise_peak(session_id: UUID, count: int) -> tuple[SessionQuerySet, dict[str, Any]]:
    return Session.objects.filter(pk=session_id, max_viewers__lt=count), {"max_viewers": count}


def count_here(session_id: UUID) -> None:
    """Count once for a process without sockets of the session, and leave the next counts to those with some."""
    publish_count(session_id)
    if not sockets.has(session_id):
        _release(session_id)


def _release(session_id: UUID) -> None:
    """Let another process count the session from now on."""
    lease = _leases.pop(session_id, None)
    if lease is not None:
        lease.release()


def mark_livekit(session: Session, people: Mapping[UUID, Role]) -> None:
    """Exactly these people have a LiveKit connection to the session now: user id → their role."""
    write_signs([(session.pk, user_id, role) for user_id, role in people.items()], LIVEKIT)
    now = timezone.now()
    gone = Presence.objects.filter(session=session, source=LIVEKIT).exclude(user__in=people)
    seen = dict(gone.values_list("user", "seen_at"))
    # LiveKit reports who leaves: rows of the look before this one were true until now
    until = {user_id: now if now - at <= _LOOKED_LATELY else at for user_id, at in seen.items()}
    for moment in set(until.values()):
        note_disconnect(session.pk, [user_id for user_id, at in until.items() if at == moment], moment)
    gone.delete()
    count_here(session.pk)
    take_attendance(session.pk)


def write_signs(people: list[tuple[UUID, UUID, Role]], source: str) -> None:
    """Write signs of life of these people (session, user, role) from ``source``, now."""
    now = timezone.now()
    # One order for all writers, so that two at once do not deadlock.
    people = sorted(people, key=lambda sign: (sign[0].int, sign[1].int))
    for start in range(0, len(people), _CHUNK):
        rows = [
            Presence(session_id=session_id, user_id=user_id, source=source, role=role, seen_at=now)
            for session_id, user_id, role in people[start : start + _CHUNK]
        ]
        try:
            _upsert(rows)
        except IntegrityError:  # an account or session was deleted in the meantime: the others still count
            users = set(User.objects.filter(pk__in={row.user_id for row in rows}).values_list("pk", flat=True))
            sessions = set(Session.objects.filter(pk__in={row.session_id for row in rows}).values_list("pk", flat=True))
            _upsert([row for row in rows if row.user_id in users and row.session_id in sessions])


def _upsert(rows: list[Presence]) -> None:
    with transaction.atomic():
        insert(*rows, update=["seen_at", "role"], unique=["session", "user", "source"])


class SocketPresence:
    """The people whose sockets this process holds."""

    def __init__(self) -> None:
        self.source = new_token("socket:", 12)
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._here: dict[Key, tuple[int, Role]] = {}  # number of sockets by role
        self._changed: set[Key] = set()
        self._written: dict[Key, float] = {}
        self._next_count = self._next_sweep = 0.0

    def arrived(self, session_id: UUID, user_id: UUID, *, role: Role) -> None:
        """Another socket was opened."""
        key = (session_id, user_id)
        with self._lock:
            self._here[key] = (self._here.get(key, (0, role))[0] + 1, role)
            self._changed.add(key)

    def is_now(self, session_id: UUID, user_id: UUID, *, role: Role) -> None:
        """The person's role changed."""
        key = (session_id, user_id)
        with self._lock:
            if key in self._here and self._here[key][1] != role:
                self._here[key] = (self._here[key][0], role)
                self._changed.add(key)

    def left(self, session_id: UUID, user_id: UUID) -> None:
        """A socket was closed; with the last one the person is gone from this process."""
        key = (session_id, user_id)
        with self._lock:
            sockets, role = self._here.get(key, (0, Role.AUDIENCE))
            if sockets > 1:
                self._here[key] = (sockets - 1, role)
            elif sockets:
                del self._here[key]
                self._changed.add(key)

    def has(self, session_id: UUID) -> bool:
        """Whether this process has sockets of the session."""
        with self._lock:
            return any(key[0] == session_id for key in self._here)

    def flush(self) -> None:
        """Write what changed and publish changed counts. Raises if the database does not answer."""
        with self._flushing:
            with self._lock:
                changed, self._changed = self._changed, set()
                refreshed = self._due()
                present = [(*key, self._here[key][1]) for key in changed | refreshed if key in self._here]
                gone = [key for key in changed if key not in self._here]
                sessions = {session_id for session_id, _user in self._here}
            try:
                write_signs(present, self.source)
                self._delete(gone)
            except Exception:
                with self._lock:
                    self._changed |= changed
                raise
            now = time.monotonic()
            for session_id, user_id, _role in present:
                self._written[session_id, user_id] = now
            for key in gone:
                self._written.pop(key, None)
            came: dict[UUID, list[UUID]] = {session_id: [] for session_id, _user in changed}
            for session_id, user_id in changed.difference(gone):
                came[session_id].append(user_id)
            self._count(came, sessions, {session_id for session_id, _user in gone})

    def _due(self) -> set[Key]:
        """Whose sign of life must be renewed. An open socket counts as alive: the heartbeat closes dead ones."""
        limit = time.monotonic() - settings.PRESENCE_TIMEOUT.total_seconds() / 3
        return {key for key, written in self._written.items() if written < limit}

    def clear(self) -> None:
        """The process stops: nobody is here any more."""
        with self._lock:
            self._here.clear()
            self._changed.clear()
            self._written.clear()
        self._delete(list(Presence.objects.filter(source=self.source).values_list("session", "user")))

    def _delete(self, gone: list[Key]) -> None:
        by_session: dict[UUID, list[UUID]] = {}
        for session_id, user_id in gone:
            by_session.setdefault(session_id, []).append(user_id)
        now = timezone.now()
        for session_id, users in by_session.items():
            note_disconnect(session_id, users, now)
            for start in range(0, len(users), _CHUNK):
                rows = Presence.objects.filter(session=session_id, source=self.source)
                rows.filter(user__in=users[start : start + _CHUNK]).delete()

    def _count(self, came: Mapping[UUID, Collection[UUID]], here: set[UUID], left: set[UUID]) -> None:
        """Count the sessions where somebody ``came`` (who) or ``left``, and begin the stays of who came. Every few
        seconds, and where somebody left, look at everybody's: of that crowd who came need not wait for it.
        """
        now = time.monotonic()
        whole = set(left)
        if now >= self._next_count:
            self._next_count = now + _COUNT_EVERY
            whole |= here
        for session_id in came.keys() | whole:
            publish_count(session_id)
            if session_id in whole:
                take_attendance(session_id)
            else:
                take_arrivals(session_id, came[session_id])
            if session_id not in here:
                _told.pop(session_id, None)
                _release(session_id)
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_EVERY
            for session_id in _told.keys() - here:  # the reconcile publishes counts of sessions without sockets
                _told.pop(session_id, None)
            oldest = timezone.now() - 2 * max(settings.PRESENCE_TIMEOUT, timedelta(seconds=_SWEEP_EVERY))
            old = Presence.objects.filter(seen_at__lt=oldest)
            for session_id in set(old.values_list("session", flat=True)):
                take_attendance(session_id)  # stays end at the last sign of life, which is about to be deleted
            old.delete()


sockets = SocketPresence()


class Source(Protocol):
    """Something that collects signs of life in memory to write them in batches."""

    def flush(self) -> None:
        """Write what is new. Raises if the database does not answer."""

    def clear(self) -> None:
        """The process stops: nobody is here any more."""


_sources: list[Source] = [sockets]


def also(source: Source) -> None:
    """Let the thread that writes presence also flush ``source``."""
    _sources.append(source)


def _write() -> None:
    while not _writer.pause(FLUSH_EVERY):
        for source in _sources:
            _guarded(source.flush)
    for source in _sources:
        _guarded(source.clear)


def _guarded(work: Callable[[], None]) -> None:
    close_old_connections()
    try:
        work()
    except Exception:
        logger.exception("Presence could not be written; trying again")
    finally:
        close_old_connections()


_writer = BackgroundThread("presence", _write)


def is_writing() -> bool:
    """Whether this process writes presence in the background."""
    return _writer.is_running


def start_presence() -> None:
    """Write presence in a thread of this process."""
    _writer.start()


def stop_presence() -> None:
    """Stop that thread; everybody of this process counts as gone."""
    _writer.stop()
