"""Who may watch HLS: grants are judged again every few seconds, in batches by session.

So a ban, the end of access or an unpublished replay ends playback within seconds, while thousands of viewers who ask
for a playlist every two seconds cost few queries.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from cachetools import TLRUCache

from core.background import DatabaseThreads
from core.single_flight import SingleFlight
from hls.presence import watchers
from hls.showing import Showing, find, showing
from sessions.rights.capabilities import Role
from sessions.rights.judge import rights_of
from sessions.rights.passes import Pass
from sessions.rights.playback import may_watch

JUDGED_FOR = 3.0  # seconds
SHOWN_FOR = 0.5
_MOST = 200  # people in one batch
_KEPT = 50_000  # decisions kept
_SESSIONS = 500

in_thread = DatabaseThreads("hls", 4).run


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the holder of a grant may watch now, and how they count while the session is live."""

    may_watch: bool
    is_banned: bool = False
    is_live: bool = False
    role: Role = Role.AUDIENCE


REFUSED = Decision(may_watch=False)


class Viewers:
    """The grants that were used lately, and what sessions show; for one event loop."""

    def __init__(self) -> None:
        self._decisions: TLRUCache[Pass, Decision] = TLRUCache(_KEPT, lambda _grant, _decision, now: now + JUDGED_FOR)
        self._waiting: dict[UUID, dict[Pass, asyncio.Future[Decision]]] = {}
        self._judging: dict[UUID, asyncio.Task[None]] = {}
        self._showings: SingleFlight[UUID, Showing | None] = SingleFlight(
            TLRUCache(_SESSIONS, lambda _session, _showing, now: now + SHOWN_FOR)
        )

    async def judge(self, grant: Pass) -> Decision:
        """Whether this person may watch; also counts them as a viewer where that applies."""
        decision = self._decisions.get(grant)
        if decision is None:
            decision = await self._ask(grant)
        if decision.may_watch and decision.is_live:
            watchers.note_request(grant.session_id, grant.user_id, role=decision.role)
        return decision

    async def showing(self, session_id: UUID) -> Showing | None:
        """What the session shows, at most half a second old."""
        return await self._showings.get(session_id, lambda: in_thread(showing, session_id))

    def _ask(self, grant: Pass) -> Awaitable[Decision]:
        waiting = self._waiting.setdefault(grant.session_id, {})
        future = waiting.get(grant)
        if future is None:
            future = waiting[grant] = asyncio.get_running_loop().create_future()
        if grant.session_id not in self._judging:
            self._judging[grant.session_id] = asyncio.create_task(self._judge_all(grant.session_id))
        return asyncio.shield(future)

    async def _judge_all(self, session_id: UUID) -> None:
        """Judge in one batch all who came while the batch before was judged."""
        try:
            while waiting := self._waiting.pop(session_id, None):
                grants = list(waiting)[:_MOST]
                if rest := list(waiting)[_MOST:]:
                    self._waiting[session_id] = {grant: waiting[grant] for grant in rest}
                try:
                    decisions = await in_thread(judge_all, session_id, grants)
                except Exception as error:  # noqa: BLE001 — each of them is told, and raises it
                    for grant in grants:
                        if not waiting[grant].done():
                            waiting[grant].set_exception(error)
                    continue
                self._decisions.update(decisions)
                for grant in grants:
                    if not waiting[grant].done():
                        waiting[grant].set_result(decisions[grant])
        finally:
            del self._judging[session_id]


def judge_all(session_id: UUID, grants: list[Pass]) -> dict[Pass, Decision]:
    """Judge these grants, all of one session, in a bounded number of queries."""
    found = find(session_id)
    if found is None:
        return dict.fromkeys(grants, REFUSED)
    judged = rights_of(found, grants)
    decisions = {}
    for grant in grants:
        one = judged[grant]
        decisions[grant] = REFUSED
        if one is not None:
            allowed = one.allowed
            decisions[grant] = Decision(may_watch(found, allowed), allowed.is_banned, found.is_live, allowed.role)
    return decisions
