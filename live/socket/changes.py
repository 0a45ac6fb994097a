"""When a session changes for those who are in: new topics, new state, one ``reset`` each, spread over about a second.

The database work is bounded: one read of the session, three for each 500 people, one judgement for each member of the
organization, and one or two for everybody else together.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db.models import QuerySet

from accounts.models import Membership, User
from base.ids import parse_uuid
from live.presence import sockets as presence
from live.socket.admission import Connection, encode_shared, possible_topics, reset_frame, with_me
from live.socket.threads import in_thread
from live.state import shared_state
from live.tickets import Pass
from live.topics import topics_for
from realtime.brokers import Message, Position, get_broker
from realtime.events import lobby
from realtime.hub import Hold, Hub
from realtime.sockets import NO_TICKET, REFUSED, SESSION_OVER, Socket
from sessions.capabilities import Capabilities, capabilities
from sessions.models import Session
from sessions.queries import complete_sessions

logger = logging.getLogger(__name__)

#: Events after which topics and state are judged anew.
CHANGING = frozenset(
    {"session.live", "session.ended", "session.expired", "session.settings", "session.rescheduled", "session.cancelled"}
)
SPREAD = 1.0  # seconds
RETRY_AFTER = 1.0  # seconds
_SLICE = 100  # sockets reset without a pause
_CHUNK = 500  # people a query


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of some sockets: ``topics`` and ``shared`` state, or a close ``code``, or both (over)."""

    allowed: Capabilities
    topics: tuple[str, ...] = ()
    shared: str | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict for each person, and the positions read before their state."""

    positions: dict[str, Position]
    verdicts: dict[Pass, Verdict]


class Changes:
    """The changes of one hub's sessions. Use :func:`changes_of`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._running: set[UUID] = set()
        self._again: set[UUID] = set()
        for name in CHANGING:
            hub.listen(name, self._told)
        hub.on_lost(self._changed_topic)

    def _told(self, message: Message) -> None:
        self._changed_topic(message.topic)

    def _changed_topic(self, topic: str) -> None:
        session_id = parse_uuid(topic.split(":")[1])
        if session_id is not None:
            self.changed(session_id)

    def changed(self, session_id: UUID) -> None:
        """Judge the sockets of the session anew; once more at the end when it is said again meanwhile."""
        if session_id in self._running:
            self._again.add(session_id)
        else:
            self._running.add(session_id)
            self._hub.spawn(self._run(session_id))

    async def _run(self, session_id: UUID) -> None:
        try:
            while True:
                self._again.discard(session_id)
                try:
                    await self._reset(session_id)
                except Exception:  # who may no longer be here must not stay because the database was away
                    logger.exception("The sockets of session %s could not be judged; trying again", session_id)
                    self._again.add(session_id)
                    await asyncio.sleep(RETRY_AFTER)
                if session_id not in self._again:
                    return
        finally:
            self._running.discard(session_id)

    async def _reset(self, session_id: UUID) -> None:
        hold = await self._hub.hold(possible_topics(session_id))
        try:
            sockets = self._hub.holders(lobby(session_id))
            if not sockets:
                return
            judgement = await in_thread(judge, session_id, [socket.owner for socket in sockets])
            pause = SPREAD * _SLICE / len(sockets) if len(sockets) > 5 * _SLICE else 0
            for index, socket in enumerate(sockets):
                if index and index % _SLICE == 0:
                    await asyncio.sleep(pause)
                self._apply(socket, hold, judgement)
        finally:
            self._hub.release(hold)

    def _apply(self, socket: Socket, hold: Hold, judgement: Judgement) -> None:
        if socket.closing is not None or socket not in self._hub.sockets:
            return
        connection: Connection = socket.owner
        verdict = judgement.verdicts.get(connection.entry)
        if verdict is None:  # came after the judgement was made
            self._again.add(connection.entry.session_id)
            return
        positions = {topic: judgement.positions[topic] for topic in verdict.topics}
        frames = []
        if verdict.shared is not None:
            state = with_me(verdict.shared, connection.entry.user_id, connection.username, verdict.allowed)
            frames.append(reset_frame(positions, state))
        self._hub.admit(socket, hold, positions, frames, topics=verdict.topics)
        connection.allowed = verdict.allowed
        if verdict.code is not None:
            socket.close(verdict.code, drop=False)
        else:
            presence.is_now(connection.entry.session_id, connection.entry.user_id, is_crew=verdict.allowed.is_crew)


def judge(session_id: UUID, connections: list[Connection]) -> Judgement:
    """What becomes of ``connections``, all of one session. Reads positions before state.

    Members of the room's organization, keys and people with limited credentials are judged one by one; all others
    have the same rights, but for whether they joined.
    """
    positions = get_broker().positions(possible_topics(session_id))
    session = complete_sessions().filter(pk=session_id).first()
    if session is None:
        return Judgement(positions, {c.entry: Verdict(c.allowed, code=SESSION_OVER) for c in connections})
    people = list({connection.entry.user_id for connection in connections})
    valid = dict(_of(User.objects.filter(is_active=True), "pk", people, "pk", "credentials_epoch"))
    members = Membership.objects.filter(organization=session.room.library.organization_id)
    insiders = {user_id for (user_id,) in _of(members, "user", people, "user")} | {session.room.host_id}
    joined = {user_id for (user_id,) in _of(session.attendances.all(), "user", people, "user")}
    verdicts: dict[Pass, Verdict] = {}
    outsiders: dict[bool, Verdict] = {}
    for connection in connections:
        entry = connection.entry
        if entry in verdicts:
            continue
        if valid.get(entry.user_id) != entry.credentials_epoch:
            verdicts[entry] = Verdict(connection.allowed, code=NO_TICKET)
        elif entry.user_id in insiders or entry.api_key_id or entry.limit:
            verdicts[entry] = _verdict(session, connection)
        else:
            has_joined = entry.user_id in joined
            if has_joined not in outsiders:
                outsiders[has_joined] = _verdict(session, connection)
            verdicts[entry] = outsiders[has_joined]
    return Judgement(positions, verdicts)


def _of(rows: QuerySet[Any], field: str, people: list[UUID], *wanted: str) -> Iterator[tuple[Any, ...]]:
    """``wanted`` of those rows whose ``field`` is one of ``people``."""
    for start in range(0, len(people), _CHUNK):
        yield from rows.filter(**{f"{field}__in": people[start : start + _CHUNK]}).order_by().values_list(*wanted)


def _verdict(session: Session, connection: Connection) -> Verdict:
    person = connection.entry.person()
    if person is None:
        return Verdict(connection.allowed, code=NO_TICKET)
    allowed = capabilities(person, session)
    shared = encode_shared(shared_state(person, session, allowed)) if allowed.may_join else None
    if session.status == Session.Status.ENDED:
        return Verdict(allowed, shared=shared, code=SESSION_OVER)
    topics = topics_for(session, allowed)
    return Verdict(allowed, tuple(topics), shared) if topics else Verdict(allowed, code=REFUSED)


_changes: WeakKeyDictionary[Hub, Changes] = WeakKeyDictionary()


def changes_of(hub: Hub) -> Changes:
    """The changes of ``hub``, listening from the first call on."""
    changes = _changes.get(hub)
    if changes is None:
        changes = _changes[hub] = Changes(hub)
    return changes
