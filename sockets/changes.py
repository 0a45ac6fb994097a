"""Changes of a session for connected sockets: new topics, new state, one ``reset`` each, spread over about a second.

The database work is bounded: one read of the session, a few for each 500 people, one judgement for each member of the
organization, and one or two for everybody else together. Changes of rights publish an event and take effect at once. In
addition every socket is judged again every few seconds, for what has no event (an access that expires, a change made in
the database).
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from core.errors import NotFound
from core.ids import parse_uuid
from realtime.brokers import Message, Position, get_broker
from realtime.channels import Hold
from realtime.events import EVERYWHERE, StateStale, control, lobby, personal
from realtime.hub import Hub
from realtime.sockets import NO_TICKET, REFUSED, SESSION_OVER, Socket
from sessions.models import Session
from sessions.people.presence import sockets as presence
from sessions.queries import complete_session
from sessions.rights.capabilities import Capabilities
from sessions.rights.judge import Judged, rights_of
from sockets.admission import Connection, bare_session, encode_shared, own_of, reset_frame, with_me
from sockets.limits import in_thread
from sockets.state import personal_states, seeing, shared_state
from sockets.tickets import Pass
from sockets.topics import shared_topics, topics_for

logger = logging.getLogger(__name__)

#: Events after which topics and state are judged again.
CHANGING = frozenset(
    {"session.live", "session.ended", "session.expired", "session.settings", "session.rescheduled", "session.cancelled"}
)
#: The event, on the control topic, that names the people whose rights changed.
RIGHTS_CHANGED = "rights.changed"
#: The event, on the control topic, that names the people whose sockets are closed although they may come back.
KICKED = "people.kicked"
#: The event, on the control topic of no session, that names the people whose rights changed wherever they are.
PEOPLE_CHANGED = "people.changed"
SPREAD = 1.0  # seconds
JUDGED_EVERY = 10.0  # seconds
RETRY_AFTER = 1.0  # seconds
_SLICE = 100  # sockets reset without a pause
_CHUNK = 500  # people a query


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to some sockets: rights and ``shared`` state, or a close ``code``, or both (the session is over).

    ``username``: what the person is called now; empty where that no longer matters.
    """

    allowed: Capabilities
    shared: str | None = None
    code: int | None = None
    username: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision for each person, their personal state, and the positions read before both."""

    session: Session | None
    positions: dict[str, Position]
    decisions: dict[Pass, Decision]
    personal: dict[UUID, dict[str, Any]]


class Changes:
    """The changes of one hub's sessions. Use :func:`changes_of`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._running: set[UUID] = set()
        self._again: dict[UUID, set[UUID] | None] = {}  # whose sockets; None: everybody's
        self._judging: asyncio.Task[None] | None = None
        for name in CHANGING | {RIGHTS_CHANGED, PEOPLE_CHANGED, KICKED, StateStale.type}:
            hub.subscriptions.listen(name, self.on_message)
        hub.subscriptions.on_lost(self._lost_topic)

    def arrived(self, session_id: UUID) -> None:
        """A socket of the session was added: subscribe to events to our own processes."""
        self._hub.subscriptions.keep(control(session_id))
        self._hub.subscriptions.keep(control(EVERYWHERE))
        if self._judging is None:
            self._judging = self._hub.spawn(self._judge_again())

    def gone(self, session_id: UUID) -> None:
        """A socket was removed."""
        self._hub.subscriptions.drop(control(session_id))
        self._hub.subscriptions.drop(control(EVERYWHERE))

    async def _judge_again(self) -> None:
        """Judge every socket every few seconds, until there is none."""
        while self._hub.sockets:
            await asyncio.sleep(JUDGED_EVERY)
            by_session: dict[UUID, list[Connection]] = {}
            for socket in self._hub.sockets:
                by_session.setdefault(socket.owner.entry.session_id, []).append(socket.owner)
            for session_id, connections in by_session.items():
                try:
                    if misfits := await in_thread(find_misfits, session_id, connections):
                        self.changed(session_id, misfits)
                except Exception:
                    logger.exception("The sockets of session %s could not be judged; trying again", session_id)
        self._judging = None

    def on_message(self, message: Message) -> None:
        """Judge those anew whom ``message`` concerns, if any."""
        if message.type in CHANGING:
            self._lost_topic(message.topic)
        elif message.type == RIGHTS_CHANGED:
            user_ids = json.loads(message.text)["data"]["user_ids"]
            self._about(message.topic, None if user_ids is None else [UUID(user_id) for user_id in user_ids])
        elif message.type == PEOPLE_CHANGED:
            self._people_changed({UUID(user_id) for user_id in json.loads(message.text)["data"]["user_ids"]})
        elif message.type == StateStale.type:
            self._stale(message.topic)
        elif message.type == KICKED:
            self._close_kicked(UUID(message.topic.partition(":")[2]), json.loads(message.text)["data"]["user_ids"])

    def _people_changed(self, user_ids: set[UUID]) -> None:
        entries = (socket.owner.entry for socket in self._hub.sockets)
        for session_id in {entry.session_id for entry in entries if entry.user_id in user_ids}:
            self.changed(session_id, user_ids)

    def _close_kicked(self, session_id: UUID, user_ids: list[str]) -> None:
        for socket in self._sockets(session_id, {UUID(user_id) for user_id in user_ids}):
            socket.close(REFUSED)

    def _stale(self, topic: str) -> None:
        kind, owner, *_session = topic.split(":")
        self._about(topic, [UUID(owner)] if kind == "user" else None)

    def _lost_topic(self, topic: str) -> None:
        self._about(topic, None)

    def _about(self, topic: str, user_ids: Iterable[UUID] | None) -> None:
        parts = topic.split(":")
        session_id = parse_uuid(parts[2] if parts[0] == "user" else parts[1])
        if session_id is not None:
            self.changed(session_id, user_ids)

    def changed(self, session_id: UUID, user_ids: Iterable[UUID] | None = None) -> None:
        """Judge the sockets of these people (None: of everybody) again; once more at the end if called meanwhile."""
        before = self._again.get(session_id, set())
        self._again[session_id] = None if user_ids is None or before is None else before | set(user_ids)
        if session_id not in self._running:
            self._running.add(session_id)
            self._hub.spawn(self._run(session_id))

    async def _run(self, session_id: UUID) -> None:
        try:
            while session_id in self._again:
                user_ids = self._again.pop(session_id)
                try:
                    await self._reset(session_id, user_ids)
                except Exception:  # people without rights must not stay only because the database was away
                    logger.exception("The sockets of session %s could not be judged; trying again", session_id)
                    self.changed(session_id, user_ids)
                    await asyncio.sleep(RETRY_AFTER)
        finally:
            self._running.discard(session_id)

    async def _reset(self, session_id: UUID, user_ids: set[UUID] | None) -> None:
        sockets = self._sockets(session_id, user_ids)
        if not sockets:
            return  # who is being admitted now hears of it by themselves
        own = {personal(socket.owner.entry.user_id, session_id) for socket in sockets}
        topics = [*shared_topics(session_id), *own]
        hold = await self._hub.subscriptions.hold(topics)
        try:
            sockets = self._sockets(session_id, user_ids)
            if not sockets:
                return
            judgement = await in_thread(judge, session_id, [socket.owner for socket in sockets], topics)
            pause = SPREAD * _SLICE / len(sockets) if len(sockets) > 5 * _SLICE else 0
            for index, socket in enumerate(sockets):
                if index and index % _SLICE == 0:
                    await asyncio.sleep(pause)
                self._apply(socket, hold, judgement)
        finally:
            self._hub.subscriptions.release(hold)

    def _sockets(self, session_id: UUID, user_ids: set[UUID] | None) -> list[Socket]:
        sockets = self._hub.holders(lobby(session_id))
        return [socket for socket in sockets if user_ids is None or socket.owner.entry.user_id in user_ids]

    def _apply(self, socket: Socket, hold: Hold, judgement: Judgement) -> None:
        if socket.closing is not None or socket not in self._hub.sockets:
            return
        connection: Connection = socket.owner
        entry = connection.entry
        decision = judgement.decisions.get(entry)
        if decision is None or personal(entry.user_id, entry.session_id) not in hold.topics:
            self.changed(entry.session_id, [entry.user_id])  # connected after the judgement was made
            return
        session, topics = judgement.session, []
        if session is not None:
            topics = topics_for(session, decision.allowed, entry.listener)
        positions = {topic: judgement.positions[topic] for topic in topics}
        frames = []
        connection.username = decision.username or connection.username
        if decision.shared is not None:
            mine = own_of(entry, judgement.personal[entry.user_id])
            state = with_me(decision.shared, entry.user_id, connection.username, decision.allowed, mine)
            frames.append(reset_frame(positions, state))
        self._hub.admit(socket, hold, positions, frames, topics=topics)
        connection.allowed = decision.allowed
        if decision.code is not None:
            socket.close(decision.code, drop=False)
        else:
            presence.is_now(entry.session_id, entry.user_id, role=decision.allowed.role)


def find_misfits(session_id: UUID, connections: list[Connection]) -> set[UUID]:
    """The connections, all of one session, that no longer match their rights."""
    session = bare_session(session_id)
    if session is None:
        return {connection.entry.user_id for connection in connections}
    judged = rights_of(session, {connection.entry for connection in connections})
    return {
        connection.entry.user_id
        for connection in connections
        if (one := judged[connection.entry]) is None or one.allowed != connection.allowed
    }


def judge(session_id: UUID, connections: list[Connection], topics: list[str]) -> Judgement:
    """Decide about ``connections``, all of one session. Reads positions of ``topics`` before state."""
    positions = get_broker().positions(topics)
    try:
        session = complete_session(session_id)
    except NotFound:
        code = SESSION_OVER if bare_session(session_id) is None else REFUSED  # gone: its organization was closed
        gone = {connection.entry: Decision(connection.allowed, code=code) for connection in connections}
        return Judgement(None, positions, gone, {})
    judged = rights_of(session, {connection.entry for connection in connections})
    decisions: dict[Pass, Decision] = {}
    renderings: dict[tuple[bool, ...], str] = {}
    for connection in connections:
        one = judged[connection.entry]
        if one is None:
            decisions[connection.entry] = Decision(connection.allowed, code=NO_TICKET)
        else:
            decisions[connection.entry] = _decision(session, one, renderings)
    people = {connection.entry.user_id for connection in connections}
    return Judgement(session, positions, decisions, personal_states(session, people))


def _decision(session: Session, one: Judged, renderings: dict[tuple[bool, ...], str]) -> Decision:
    """The decision about a person; ``renderings`` caches the shared state for the audience by visibility."""
    allowed, is_over = one.allowed, session.status == Session.Status.ENDED
    if not allowed.may_join:
        return Decision(allowed, code=SESSION_OVER if is_over else REFUSED)
    seen = seeing(allowed)
    shared = None if allowed.is_crew else renderings.get(seen)
    if shared is None:
        shared = encode_shared(shared_state(one.person, session, allowed))
        if not allowed.is_crew:
            renderings[seen] = shared
    name = one.person.user.username if one.person.user else ""
    return Decision(allowed, shared, SESSION_OVER if is_over else None, name)


_changes: WeakKeyDictionary[Hub, Changes] = WeakKeyDictionary()


def changes_of(hub: Hub) -> Changes:
    """The changes of ``hub``, which listen from the first call on."""
    changes = _changes.get(hub)
    if changes is None:
        changes = _changes[hub] = Changes(hub)
    return changes
