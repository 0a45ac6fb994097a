"""Watching over HLS: some seconds behind live, in one picture composed for everybody."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from accounts.person import Person
from audit.services import record
from core.errors import NoneFound
from hls import demand
from hls.events import HLSReady
from media.models import Capture
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.models import Session
from sessions.rights import playback
from sessions.rights.capabilities import capabilities, require


class HLSStatus(StrEnum):
    """The recorder is starting, HLS can be played, or the session is over and its replay can be played."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HLS:
    """The caller's own address of the playlists. It answers 503 while ``starting``."""

    hls_url: str
    status: HLSStatus


def ensure_hls(*, actor: Person, session: Session) -> HLS:
    """Keep HLS running until the session's end, from its backstage on. Repeating it changes nothing.

    Raises NotAllowed, NotFound, SessionNotLive, SessionEnded, SessionExpired, CaptureLimit, DiskFull.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).leads)
        lifecycle.check_may_open(locked)
        if not (locked.is_live or locked.is_backstage):
            raise SessionNotLive
        is_new = not demand.is_ensured(locked)
        capture = demand.ensure(locked)
        if is_new:
            record("session.hls_ensured", actor=actor.account().pk, session=locked.pk)
    return HLS(playback.hls_url(actor, locked), _status(capture))


def watch_hls(*, actor: Person, session: Session) -> HLS:
    """The caller's address of the playlists, for everybody in the session; starts HLS if it does not run.

    After the end: the address of the replay. Raises NotAllowed, NotFound, SessionNotLive, NoneFound (over, without a
    replay), CaptureLimit, DiskFull.
    """
    user = actor.account()
    if session.status == Session.Status.ENDED:  # for good: a replay's crowd waits for no writer
        present = lifecycle.read_session(session.pk)
        require(playback.may_watch(present, capabilities(actor, present)))
        return _replay(actor, present)
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(playback.may_watch(locked, capabilities(actor, locked)))
        if locked.status == Session.Status.ENDED:
            return _replay(actor, locked)
        if not locked.is_live:
            raise SessionNotLive
        capture = demand.ask(locked, user)
    return HLS(playback.hls_url(actor, locked), _status(capture))


def _replay(actor: Person, session: Session) -> HLS:
    if not playback.playable([session]):
        raise NoneFound
    return HLS(playback.hls_url(actor, session), HLSStatus.ENDED)


def became_watchable(capture: Capture) -> None:
    """The capture has its first segment: tell everybody in the session."""
    session = Session.objects.alive().live().filter(pk=capture.room).first()
    if session is not None:
        with transaction.atomic():
            emit(HLSReady.of(session, ready=True))


def not_watchable_any_more(capture: Capture) -> None:
    """The capture is over: if its session goes on, there is nothing to play for now."""
    session = Session.objects.alive().live().filter(pk=capture.room).first()
    if session is not None and not playback.playable([session]):
        with transaction.atomic():
            emit(HLSReady.of(session, ready=False))


def _status(capture: Capture) -> HLSStatus:
    return HLSStatus.STARTING if capture.first_segment_at is None else HLSStatus.RUNNING
