"""Admitting a socket: its person and topics, missed events, and the state."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from django.conf import settings
from django.db.models import QuerySet

from accounts.person import Person
from core.errors import NotFound
from core.prepared import prepared
from realtime.brokers import Message, Position, get_broker
from realtime.events import EVERYWHERE, control, personal
from realtime.sockets import NO_TICKET, REFUSED, SESSION_OVER
from sessions.models import Session
from sessions.queries import complete_session
from sessions.rights.capabilities import Capabilities
from sessions.rights.judge import Judged, rights_of
from sessions.rows import for_rights
from sockets.frames import ConnectFrame
from sockets.state import personal_states, rights_in_state, seeing, shared_state
from sockets.tickets import Pass, Ticket, open_ticket, read_resume
from sockets.topics import is_heard_inside, shared_topics, topics_for

#: Seconds for which a rendered state serves the audience that connects, unless the session's row changes: less than
#: realtime.channels.RECENT_FOR, since volatile events tell what became of its numbers.
_SHARED_FOR = 1.5


Since = dict[str, tuple[str, int]]


class Refused(Exception):
    """The socket is closed with ``code``."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True, eq=False)
class Connection:
    """What is known about the person behind a socket."""

    entry: Pass
    username: str
    allowed: Capabilities


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a socket starts with. ``positions`` were read before ``state``; ``missed`` ends at them.

    ``places`` are the positions of every possible topic, including those that this socket does not get.
    """

    connection: Connection
    topics: list[str]
    positions: dict[str, Position]
    places: dict[str, Position]
    state: str
    resumed: dict[str, bool]
    missed: list[Message] = field(default_factory=list)


def possible_topics(entry: Pass) -> list[str]:
    """Every topic that this person could get in the session, and the two that tell when that changes."""
    return [
        *shared_topics(entry.session_id),
        personal(entry.user_id, entry.session_id),
        control(entry.session_id),
        control(EVERYWHERE),
    ]


def read_pass(frame: ConnectFrame) -> tuple[Pass, Ticket | None]:
    """The pass in the ticket or resume token, and the ticket, which is still to be spent. Raises Refused (4401).

    Only compares signatures, so that it needs no thread.
    """
    if frame.ticket is not None:
        ticket = open_ticket(frame.ticket)
        if ticket is not None:
            return ticket.entry, ticket
    elif frame.resume is not None:
        resumed = read_resume(frame.resume)
        if resumed is not None:
            return resumed, None
    raise Refused(NO_TICKET)


def welcome(entry: Pass, since: Since) -> Welcome:
    """Judge the person and collect what they get. The possible topics must be held already.

    Raises Refused: 4401 if the pass was revoked, 4510 if the session is over or gone, 4503 if they may not join.
    """
    given = welcome_all(entry.session_id, [(entry, since)])[0]
    if isinstance(given, Refused):
        raise given
    return given


def welcome_all(
    session_id: UUID, asked: Sequence[tuple[Pass, Since]], *, follows: bool = False
) -> list[Welcome | Refused]:
    """:func:`welcome` for many of one session, in the order of ``asked``; a bounded number of queries for all.

    ``follows``: each gets ``missed`` after ``state``, and the latest volatile events, so the state may be
    slightly older than ``positions``.
    """
    entries = [entry for entry, _since in asked]
    possible = [possible_topics(entry) for entry in entries]
    places = get_broker().positions(dict.fromkeys(topic for topics in possible for topic in topics))
    session = bare_session(session_id)
    if session is None:
        return [Refused(SESSION_OVER) for _entry in entries]
    judged = rights_of(session, entries)
    inside = {entry.user_id for entry, one in judged.items() if one is not None and one.allowed.may_join}
    own = personal_states(session, inside)
    alike: dict[int, _Alike] = {}
    found: list[Welcome | Refused] = []
    for (entry, since), topics in zip(asked, possible, strict=True):
        one = judged[entry]
        if one is None:
            found.append(Refused(NO_TICKET))
        elif session.status == Session.Status.ENDED:
            found.append(Refused(SESSION_OVER))
        elif not one.allowed.may_join:
            found.append(Refused(REFUSED))
        else:
            mine = {topic: places[topic] for topic in topics if topic in places}
            found.append(_welcome(session, entry, since, one, mine, own[entry.user_id], alike, follows=follows))
    return found


@dataclass(frozen=True, slots=True)
class _Alike:
    """What those of the audience in a batch have in common whose rights are one judgement: public topics, the state,
    and the events after it.

    ``is_in``: whether their own topic comes with these.
    """

    positions: dict[str, Position]
    is_in: bool
    shared: str
    after: list[Message]


def _alike_of(session: Session, one: Judged, places: dict[str, Position], *, follows: bool) -> _Alike:
    """Raises NotFound if the session was deleted since it was read."""
    allowed = one.allowed
    positions = {topic: places[topic] for topic in topics_for(session, allowed, None)}
    is_in = is_heard_inside(session, allowed)
    if allowed.is_crew:
        shared = encode_shared(shared_state(one.person, complete_session(session.pk), allowed))
        return _Alike(positions, is_in, shared, [])
    shared, after = _audience.get(one.person, session, allowed, positions, may_be_older=follows)
    return _Alike(positions, is_in, shared, after)


def _welcome(
    session: Session,
    entry: Pass,
    since: Since,
    one: Judged,
    places: dict[str, Position],
    own: dict[str, Any],
    alike: dict[int, _Alike],
    *,
    follows: bool,
) -> Welcome | Refused:
    person, allowed, broker = one.person, one.allowed, get_broker()
    assert person.user is not None
    common = alike.get(id(allowed))
    if common is None:
        try:
            common = _alike_of(session, one, places, follows=follows)
        except NotFound:  # deleted since the first look
            return Refused(SESSION_OVER)
        if not allowed.is_crew:  # each of the crew sees the session as they may see its room
            alike[id(allowed)] = common
    positions = common.positions.copy()
    if common.is_in and entry.listener is not None:
        mine = personal(entry.listener, entry.session_id)
        positions[mine] = places[mine]
    resumed, missed = {}, []
    for topic in positions:
        if topic in since:
            kept = broker.history(topic, Position(*since[topic]))
            resumed[topic] = kept is not None
            missed += [message for message in kept or () if (message.offset or 0) <= positions[topic].offset]
    missed += [message for message in common.after if not resumed.get(message.topic)]
    state = with_me(common.shared, entry.user_id, person.user.username, allowed, own_of(entry, own))
    connection = Connection(entry, person.user.username, allowed)
    return Welcome(connection, list(positions), positions, places, state, resumed, missed)


def own_of(entry: Pass, own: dict[str, Any]) -> dict[str, Any]:
    """The personal part of the state, without private messages for a key that acts for the person."""
    return own if entry.listener else {**own, "direct": [], "held": []}


def welcome_frame(id: Any, given: Welcome, resume: str) -> str:
    """The reply to ``connect``."""
    rest = {
        "topics": given.positions,
        "resumed": given.resumed,
        "resume": resume,
        "heartbeat": int(settings.SOCKET_HEARTBEAT.total_seconds()),
    }
    return f'{{"id":{json.dumps(id)},"ok":true,"data":{{"state":{given.state},{_dumps(rest)[1:]}}}'


def reset_frame(positions: dict[str, Position], state: str) -> str:
    """The frame that replaces topics and state of a connected client."""
    return f'{{"reset":{{"topics":{_dumps(positions)},"state":{state}}}}}'


def encode_shared(shared: dict[str, Any]) -> str:
    """The state without ``me``, encoded once for many."""
    return _dumps(shared)


def with_me(shared: str, user_id: UUID, username: str, allowed: Capabilities, personal: dict[str, Any]) -> str:
    """The whole state from its shared part and the personal part, as :func:`sockets.state.me` has it."""
    own = _dumps({"user_id": str(user_id), "username": username} | personal)
    return f'{shared[:-1]},"me":{own[:-1]},{_rights(allowed)}}}}}'


@lru_cache(maxsize=256)
def _rights(allowed: Capabilities) -> str:
    """Of ``me`` what many have alike, encoded once for all of them."""
    return _dumps(rights_in_state(allowed))[1:-1]


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def bare_session(session_id: UUID) -> Session | None:
    """The session with what capabilities need, without counting people: connecting costs the same in any crowd."""
    return _bare.first(session_id=session_id)


@prepared
def _bare(session_id: UUID) -> QuerySet[Session]:
    return for_rights(Session.objects.alive().filter(pk=session_id))


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A state for the audience, made after the positions of its topics and the session's row were read."""

    positions: dict[str, Position]
    updated_at: datetime
    shared: str


class _AudienceStates:
    """The rendered state of each session for the audience: reused for a moment, for the same topics and rights.

    While people come, events follow each other closely: who may get an older state gets the events since then too.
    """

    def __init__(self, seconds: float = _SHARED_FOR) -> None:
        self._lock = threading.Lock()
        self._made: TTLCache[tuple[UUID, tuple[bool, ...]], _Rendered] = TTLCache(200, seconds)

    def get(
        self,
        person: Person,
        session: Session,
        allowed: Capabilities,
        public: dict[str, Position],
        *,
        may_be_older: bool,
    ) -> tuple[str, list[Message]]:
        """A state, and the events between it and the positions ``public``. Raises NotFound if the session was
        deleted.
        """
        key = (session.pk, seeing(allowed))
        with self._lock:
            made = self._made.get(key)
        if made is not None and made.updated_at == session.updated_at and made.positions.keys() == public.keys():
            if made.positions == public:
                return made.shared, []
            if may_be_older and (since := _between(made.positions, public)) is not None:
                return made.shared, since
        shared = encode_shared(shared_state(person, complete_session(session.pk), allowed))
        with self._lock:
            self._made[key] = _Rendered(public, session.updated_at, shared)
        return shared, []


def _between(older: dict[str, Position], newer: dict[str, Position]) -> list[Message] | None:
    """The events after ``older`` up to ``newer``; None where they are not kept."""
    found: list[Message] = []
    for topic, place in newer.items():
        if place == older[topic]:
            continue
        kept = get_broker().history(topic, older[topic]) if place.epoch == older[topic].epoch else None
        if kept is None:
            return None
        found += [message for message in kept if (message.offset or 0) <= place.offset]
    return found


_audience = _AudienceStates()
