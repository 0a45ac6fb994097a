"""Who may watch HLS: grants are judged again every few seconds, many of a session at once.

So a ban, the end of access or a replay that was taken back ends playback within seconds, while thousands of viewers
who ask for a playlist every two seconds cost a few queries.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from core.threads import DatabaseThreads
from hls.presence import watchers
from hls.showing import Showing, find, showing
from sessions.rights.capabilities import Role
from sessions.rights.judge import rights_of
from sessions.rights.passes import Pass
from sessions.rights.playback import may_watch

JUDGED_FOR = 3.0  # seconds
SHOWN_FOR = 0.5
_MOST = 200  # people a look
_KEPT = 20_000  # verdicts

in_thread = DatabaseThreads("hls", 4).run


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the holder of a grant may watch now, and as what they count while the session is live."""

    may_watch: bool
    is_banned: bool = False
    is_live: bool = False
    role: Role = Role.AUDIENCE


REFUSED = Verdict(may_watch=False)


class Viewers:
    """The grants that were shown lately, and what sessions show; for one event loop."""

    def __init__(self) -> None:
        self._verdicts: dict[Pass, tuple[float, Verdict]] = {}
        self._waiting: dict[UUID, dict[Pass, asyncio.Future[Verdict]]] = {}
        self._judging: dict[UUID, asyncio.Task[None]] = {}
        self._showings: dict[UUID, tuple[float, Showing | None]] = {}
        self._looking: dict[UUID, asyncio.Task[Showing | None]] = {}

    async def judge(self, grant: Pass) -> Verdict:
        """Whether this person may watch; notes that they do, where it counts."""
        known = self._verdicts.get(grant)
        if known is None or known[0] < time.monotonic():
            verdict = await self._ask(grant)
        else:
            verdict = known[1]
        if verdict.may_watch and verdict.is_live:
            watchers.saw(grant.session_id, grant.user_id, role=verdict.role)
        return verdict

    async def showing(self, session_id: UUID) -> Showing | None:
        """What the session shows, at most half a second old."""
        known = self._showings.get(session_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        if session_id not in self._looking:
            self._looking[session_id] = asyncio.create_task(self._look(session_id))
        return await asyncio.shield(self._looking[session_id])

    async def _look(self, session_id: UUID) -> Showing | None:
        try:
            found = await in_thread(showing, session_id)
            now = time.monotonic()
            if len(self._showings) > 500:
                self._showings = {key: value for key, value in self._showings.items() if value[0] > now}
            self._showings[session_id] = (now + SHOWN_FOR, found)
            return found
        finally:
            del self._looking[session_id]

    def _ask(self, grant: Pass) -> Awaitable[Verdict]:
        waiting = self._waiting.setdefault(grant.session_id, {})
        future = waiting.get(grant)
        if future is None:
            future = waiting[grant] = asyncio.get_running_loop().create_future()
        if grant.session_id not in self._judging:
            self._judging[grant.session_id] = asyncio.create_task(self._judge_all(grant.session_id))
        return asyncio.shield(future)

    async def _judge_all(self, session_id: UUID) -> None:
        """Those who came while others were judged are judged together."""
        try:
            while waiting := self._waiting.pop(session_id, None):
                grants = list(waiting)[:_MOST]
                if rest := list(waiting)[_MOST:]:
                    self._waiting[session_id] = {grant: waiting[grant] for grant in rest}
                try:
                    verdicts = await in_thread(judge_all, session_id, grants)
                except Exception as error:  # noqa: BLE001 — each of them is told, and raises it
                    for grant in grants:
                        if not waiting[grant].done():
                            waiting[grant].set_exception(error)
                    continue
                self._keep(verdicts)
                for grant in grants:
                    if not waiting[grant].done():
                        waiting[grant].set_result(verdicts[grant])
        finally:
            del self._judging[session_id]

    def _keep(self, verdicts: dict[Pass, Verdict]) -> None:
        now = time.monotonic()
        if len(self._verdicts) > _KEPT:
            self._verdicts = {grant: kept for grant, kept in self._verdicts.items() if kept[0] > now}
        for grant, verdict in verdicts.items():
            self._verdicts[grant] = (now + JUDGED_FOR, verdict)


def judge_all(session_id: UUID, grants: list[Pass]) -> dict[Pass, Verdict]:
    """The verdicts on these grants, all of one session; a bounded number of queries."""
    found = find(session_id)
    if found is None:
        return dict.fromkeys(grants, REFUSED)
    judged = rights_of(found, grants)
    verdicts = {}
    for grant in grants:
        one = judged[grant]
        verdicts[grant] = REFUSED
        if one is not None:
            allowed = one.allowed
            verdicts[grant] = Verdict(may_watch(found, allowed), allowed.is_banned, found.is_live, allowed.role)
    return verdicts
