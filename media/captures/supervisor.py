"""Runs the captures that rows ask for.

The supervisor with a row's lease runs it. Another one takes over when the lease has expired, or at once when the owner
was a process of this machine that has ended. It continues in the same folder.
"""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from media import disk
from media.captures.direction import CaptureDirector, Direction
from media.captures.port import (
    CaptureConfiguration,
    CaptureEvent,
    Health,
    LiveKit,
    PartBegun,
    Recorder,
    Rendition,
    SegmentMade,
    TokenWanted,
    Video,
)
from media.captures.run import EngineFactory, Run
from media.captures.services import publish_health
from media.models import Capture
from media.supervisor import nudge, owners

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
RENEW_WITHIN = timedelta(seconds=10)  # seconds left of a lease when it is renewed
DISK_SECONDS = 10.0  # seconds between two checks of the disk
UNFINISHED = (Capture.State.WAITING, Capture.State.RUNNING)


class Captures:
    """The supervisor's part for captures. See ``media.supervisor.Part``."""

    def __init__(self, director: CaptureDirector, make_engine: EngineFactory = Recorder) -> None:
        self.owner = owners.this_process()
        self._director, self._make_engine = director, make_engine
        self._runs: dict[UUID, Run] = {}
        self._lease_until = timezone.now()
        self._disk_at = 0.0
        self._is_disk_full = False

    def tick(self) -> None:
        """Take over what is due, and advance each capture by one step."""
        self._look_at_disk()
        self._renew()
        self._take()
        captures = list(Capture.objects.filter(pk__in=self._runs))
        directions = self._director.direct([capture for capture in captures if capture.wanted])
        for capture in captures:
            try:
                self._step(capture, self._runs[capture.pk], directions.get(capture.pk))
            except Exception:
                logger.exception("A step of a capture failed; the next pass tries again", capture=capture.pk)

    def stop(self, seconds: float) -> None:
        """Finish every engine and release the leases, so that the next supervisor can go on at once."""
        for run in self._runs.values():
            run.finish(seconds)
        for run in self._runs.values():
            run.wait_finished()
        for capture in Capture.objects.filter(pk__in=self._runs):
            self._take_events(capture, self._runs[capture.pk])
        Capture.objects.filter(pk__in=self._runs, owner=self.owner).update(owner="", lease_until=None)
        for run in self._runs.values():
            run.unlock_folder()
        self._runs.clear()

    def _renew(self) -> None:
        """Renew the leases; drop captures that another supervisor has taken."""
        now = timezone.now()
        if not self._runs or self._lease_until - now > RENEW_WITHIN:
            return
        self._lease_until = now + LEASE
        mine = Capture.objects.filter(pk__in=self._runs, owner=self.owner)
        mine.update(lease_until=self._lease_until)
        for lost in self._runs.keys() - set(mine.values_list("pk", flat=True)):
            logger.warning("Another supervisor has taken a capture from here", capture=lost)
            run = self._runs.pop(lost)
            run.finish(0.0)
            run.wait_finished()
            run.unlock_folder()

    def _take(self) -> None:
        """Take unfinished captures that have no owner, or whose owner is gone."""
        now = timezone.now()
        others = Capture.objects.filter(state__in=UNFINISHED).exclude(pk__in=self._runs)
        for capture in others.order_by("created_at"):
            is_free = not capture.owner or capture.lease_until is None or capture.lease_until < now
            if not is_free and not owners.is_gone(capture.owner):
                continue
            run = Run(capture.folder, self._make_engine, nudge)
            if not run.lock_folder():
                continue
            same = Q(pk=capture.pk, owner=capture.owner, state__in=UNFINISHED)
            self._lease_until = min(self._lease_until, now + LEASE) if self._runs else now + LEASE
            if Capture.objects.filter(same).update(owner=self.owner, lease_until=now + LEASE):
                self._runs[capture.pk] = run
            else:
                run.unlock_folder()

    def _step(self, capture: Capture, run: Run, direction: Direction | None) -> None:
        self._take_events(capture, run)
        if run.look_after():
            logger.warning("A capture's engine died", capture=capture.pk, reason=run.error)
            self._change(capture, state=Capture.State.WAITING, error=run.error[:500])
        if not capture.wanted or direction is None or run.has_failed or self._is_disk_full:
            run.finish()
            if not run.is_running:
                self._close(capture, run, direction)
        elif run.is_due():
            self._start(capture, run, direction)
        else:
            run.execute(direction)

    def _start(self, capture: Capture, run: Run, direction: Direction) -> None:
        if capture.started_at is not None:
            self._change(capture, restarts=capture.restarts + 1)

        def configure(first_part: int, first_segment: int) -> CaptureConfiguration:
            return CaptureConfiguration(
                capture=str(capture.pk),
                folder=str(capture.folder),
                livekit=LiveKit(settings.LIVEKIT_URL.replace("http", "ws", 1), self._director.token(capture)),
                look=direction.look,
                texts=direction.texts,
                hosts=direction.hosts,
                is_hidden=direction.is_hidden,
                staging=direction.staging,
                video=video(),
                renditions=renditions(),
                first_part=first_part,
                first_segment=first_segment,
            )

        run.start(configure, direction)

    def _take_events(self, capture: Capture, run: Run) -> None:
        for event in run.take_events():
            self._take_event(capture, run, event)

    def _take_event(self, capture: Capture, run: Run, event: CaptureEvent) -> None:
        match event:
            case Health():
                publish_health(capture.room, event)
            case TokenWanted():
                run.give_token(self._director.token(capture))
            case PartBegun():
                started_at = capture.started_at or datetime.fromtimestamp(event.started_at, UTC)
                self._change(capture, state=Capture.State.RUNNING, started_at=started_at, error="")
                if event.mark:
                    self._director.begun(capture, event)
            case SegmentMade() if capture.first_segment_at is None:
                self._change(capture, first_segment_at=timezone.now())
                self._director.is_watchable(capture)

    def _close(self, capture: Capture, run: Run, direction: Direction | None) -> None:
        """Record that its files are final, and drop it."""
        state, error = Capture.State.ENDED, capture.error
        if capture.wanted and direction is not None:
            state = Capture.State.FAILED
            error = _("The disk is full.") if self._is_disk_full else run.error
        self._change(
            capture, state=state, error=error[:500], wanted=False, ended_at=timezone.now(), owner="", lease_until=None
        )
        self._runs.pop(capture.pk)
        run.unlock_folder()
        self._director.over(capture)

    def _change(self, capture: Capture, **values: object) -> None:
        for name, value in values.items():
            setattr(capture, name, value)
        Capture.objects.filter(pk=capture.pk, owner=self.owner).update(**values)

    def _look_at_disk(self) -> None:
        """Warn when disk space runs low; when it is nearly used up, finish running captures."""
        if time.monotonic() - self._disk_at < DISK_SECONDS and self._disk_at:
            return
        self._disk_at = time.monotonic()
        self._is_disk_full = disk.is_nearly_full()
        if disk.is_low():
            logger.warning("Disk space is low: no new captures", free_bytes=disk.free_bytes())


def video() -> Video:
    """The main encoding, from the settings."""
    return Video(
        width=settings.CAPTURE_WIDTH,
        height=settings.CAPTURE_HEIGHT,
        fps=settings.CAPTURE_FPS,
        max_kbps=settings.CAPTURE_KBPS,
        preset=settings.CAPTURE_PRESET,
    )


def renditions() -> tuple[Rendition, ...]:
    """The smaller rendition: half the height, a fifth of the bit rate."""
    height = settings.CAPTURE_HEIGHT // 2
    return (Rendition(f"{height}p", height, max(100, settings.CAPTURE_KBPS // 5)),)
