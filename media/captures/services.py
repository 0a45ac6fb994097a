"""Which rooms are to be captured: written here, carried out by the supervisor.

Call the writing functions with the room's session locked; the supervisor is nudged after the transaction.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from media import disk
from media.captures.port import Health
from media.errors import CaptureLimit, HostCaptures, OrganizationCaptures, ViewerCaptures
from media.models import Capture
from media.supervisor import nudge

logger = structlog.get_logger(__name__)

OVER = (Capture.State.ENDED, Capture.State.FAILED)
_HEALTH_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Shares:
    """How many captures one ``organization`` and one ``host`` may have, and how many one ``viewer`` may start."""

    organization: int
    host: int
    viewer: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants a capture. ``viewer``: only viewers want it, this one first; it yields to every other claim."""

    organization: str = ""
    host: str = ""
    viewer: str | None = None
    shares: Callable[[], Shares] | None = None

    @property
    def is_for_viewers(self) -> bool:
        return self.viewer is not None


_NOBODY = Claim()


def want_capture(room: str, claim: Claim = _NOBODY) -> Capture:
    """Return the wanted capture of ``room``, or create it.

    When CAPTURE_LIMIT rooms are captured already, a capture that only viewers want is ended for a host's claim, and one
    of an organization beyond its share for any claim. Raises CaptureLimit when there is none to end (two simultaneous
    calls may exceed the limit by one) or when the claim's share is used up, and DiskFull.
    """
    capture = running_capture(room)
    if capture is None:
        disk.check_space()
        _make_place(claim)
        capture = Capture.objects.create(
            room=room,
            is_for_viewers=claim.is_for_viewers,
            organization=claim.organization,
            host=claim.host,
            asked_by=claim.viewer or "",
        )
        transaction.on_commit(nudge, robust=True)
    elif capture.is_for_viewers and not claim.is_for_viewers:
        set_for_viewers(capture, False)
    return capture


def set_for_viewers(capture: Capture, is_for_viewers: bool) -> None:
    """Store whether only viewers want it now."""
    if capture.is_for_viewers != is_for_viewers:
        capture.is_for_viewers = is_for_viewers
        capture.save(update_fields=["is_for_viewers"])


def _make_place(claim: Claim) -> None:
    wanted = list(Capture.objects.filter(wanted=True))
    shares = claim.shares() if claim.shares else None
    if shares is not None:
        _check_shares(claim, shares, wanted)
    if len(wanted) < settings.CAPTURE_LIMIT:
        return
    held = Counter(capture.organization for capture in wanted)
    may_end = [
        capture
        for capture in wanted
        if capture.is_for_viewers
        and (not claim.is_for_viewers or (shares is not None and held[capture.organization] > shares.organization))
    ]
    # The organization with the most captures yields first, with the one that it started last.
    for capture in sorted(may_end, key=lambda each: (held[each.organization], each.created_at), reverse=True):
        # Somebody else than viewers may want it by now.
        ended = Capture.objects.filter(pk=capture.pk, wanted=True, is_for_viewers=True).update(wanted=False)
        if ended:
            logger.info("A capture for viewers was ended to make room", room=capture.room)
            return
    raise CaptureLimit


def _check_shares(claim: Claim, shares: Shares, wanted: list[Capture]) -> None:
    """Check the claim's shares; captures for viewers only do not count against a host's claim, because they yield to
    it.
    """
    counted = [each for each in wanted if claim.is_for_viewers or not each.is_for_viewers]
    if sum(each.organization == claim.organization for each in counted) >= shares.organization:
        raise OrganizationCaptures
    if claim.is_for_viewers:
        begun = sum(each.is_for_viewers and each.asked_by == claim.viewer for each in wanted)
        if claim.viewer and begun >= shares.viewer:
            raise ViewerCaptures
    elif sum(each.host == claim.host for each in counted) >= shares.host:
        raise HostCaptures


def end_captures(room: str) -> int:
    """Stop capturing ``room``; returns how many captures end. The supervisor finishes their files."""
    ended = Capture.objects.filter(room=room, wanted=True).update(wanted=False)
    if ended:
        transaction.on_commit(nudge, robust=True)
    return ended


def running_capture(room: str) -> Capture | None:
    """The capture of ``room`` that is wanted now."""
    return Capture.objects.filter(room=room, wanted=True).first()


def is_over(capture: Capture) -> bool:
    """Whether its files are final."""
    return capture.state in OVER


def publish_health(room: str, health: Health) -> None:
    """Called by the supervisor: store the latest health that the engine of ``room`` reported."""
    cache.set(_health(room), health, _HEALTH_SECONDS)


def capture_health(room: str) -> Health | None:
    """The health that the engine of ``room`` reported within the last ten seconds."""
    health: Health | None = cache.get(_health(room))
    return health


def _health(room: str) -> str:
    return f"capture-health:{room}"
