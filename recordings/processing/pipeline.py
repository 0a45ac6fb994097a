"""Runs the steps one after the other, storing the result of each."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from celery.worker import state as worker_state
from django.conf import settings

from media.processing.errors import CRASHED, DISK_FULL, NOTHING_RECORDED, UNREADABLE, StepFailed, code_of
from media.processing.running import patience, run_step
from recordings import storage
from recordings.models import Recording
from recordings.nudges import processing_due
from recordings.processing import outcome
from recordings.processing.due import chosen_parts, in_turn, is_ready, waiting
from recordings.processing.locks import LockLost, alone_on, free_place, share_of, stay_alone
from recordings.processing.outcome import DIFFERENT, STORING, Superseded
from recordings.processing.sources import forget_work, remove_parts, work_folder
from recordings.processing.space import check_room

logger = structlog.get_logger(__name__)

#: The steps, and the percentage of the whole that each takes.
SHARES = {"probe": 5, "join": 35, "check": 10, "pictures": 10, "checksum": 5, "store": 20, "verify": 15}
TOLD_EVERY = 2.0  # seconds
NUDGED_FOR = 30  # seconds after which an unhandled message is dropped; beat sends the next one

Report = Callable[[str, int], None]
"""Told the step and the percent of the whole."""


class Stopping(Exception):
    """This process is about to stop; the next one continues."""


def process_due() -> list[UUID]:
    """Queue the processing of everything that is due, in turn; a lost message only costs time."""
    due = [recording.pk for recording in in_turn(waiting()) if is_ready(recording)]
    for recording_id in due[: settings.PROCESSING_LIMIT]:
        processing_due.send_for(NUDGED_FOR, str(recording_id))
    return due


def process_next() -> Recording | None:
    """Process the next recording; None if none is due, or there is no free place.

    Owners with much waiting take turns with the others and leave a place to them: see ``in_turn``, ``share_of``.
    """
    with free_place() as has_place:
        if not has_place:
            return None
        have_their_share: set[UUID] = set()
        for recording in in_turn(waiting()):
            organization = recording.session.room.library.organization_id
            if organization in have_their_share:
                continue
            with share_of(organization) as has_share:
                if not has_share:
                    have_their_share.add(organization)
                elif is_ready(recording) and (done := _process(recording.pk, None)):
                    return done
    return None


def process(recording_id: UUID, report: Report | None = None) -> Recording | None:
    """Process a stopped recording, as far as possible now; None if it is not due.

    Called whenever something may have changed: repeating it is harmless, and of several callers one works.
    """
    with free_place() as has_place:
        return _process(recording_id, report) if has_place else None


def _process(recording_id: UUID, report: Report | None) -> Recording | None:
    with alone_on(recording_id) as may_work:
        recording = waiting().filter(pk=recording_id).first() if may_work else None
        if recording is None or not is_ready(recording):
            return None
        try:
            done = _Processing(recording, report).run()
        except StepFailed as error:
            done = outcome.fail(recording_id, error.code, error.detail)
        except (Stopping, Superseded, LockLost):
            return None
        except Exception as error:
            logger.exception("The processing of a recording was interrupted", recording=str(recording_id))
            done = outcome.fail(recording_id, CRASHED, repr(error)[:200])
        if done.phase == Recording.Phase.DONE:
            forget_work(recording_id)
            remove_parts(recording.capture)
        return done


class _Processing:
    """One pass over one recording."""

    def __init__(self, recording: Recording, report: Report | None) -> None:
        self.recording = recording
        self.folder = work_folder(recording.pk)
        self.steps: dict[str, Any] = dict(recording.steps)
        self.video = self.folder / "video.mp4"
        self.poster, self.sprite = self.folder / "poster.jpg", self.folder / "sprite.jpg"
        self._report = report or (lambda step, percent: None)
        self._told_at = 0.0
        self._percent = recording.progress

    def run(self) -> Recording:
        """All steps that are not done yet. Raises StepFailed, Stopping, Superseded, LockLost."""
        self._forget_what_is_gone()
        todo: dict[str, Callable[[str], Any]] = {
            "probe": self._probe,
            "join": self._join,
            "check": self._check,
            "pictures": self._pictures,
            "checksum": self._checksum,
            "store": self._store,
            "verify": self._verify,
        }
        for step, do in todo.items():
            if step not in self.steps:
                self._tick()
                self.steps[step] = do(step)
                self._advance(step, 1.0, is_done=True)
        self._tick()
        return outcome.complete(self.recording.pk, self._made(), self.steps)

    def _probe(self, step: str) -> dict[str, Any]:
        sources = [asdict(source) for source in chosen_parts(self.recording).sources]
        if not sources:
            raise StepFailed(NOTHING_RECORDED)
        return self._child(step, folder=str(self.recording.capture.folder), sources=sources)

    def _join(self, step: str) -> dict[str, Any]:
        probed = self.steps["probe"]
        check_room(sum(part["bytes"] for part in probed["parts"]))
        return self._child(
            step, folder=str(self.recording.capture.folder), sources=probed["sources"], output=str(self.video)
        )

    def _check(self, step: str) -> dict[str, Any]:
        try:
            return self._child(step, file=str(self.video), packets=self.steps["join"]["packets"])
        except StepFailed as error:
            if error.code == UNREADABLE:
                self.video.unlink(missing_ok=True)  # the next try joins again
            raise

    def _pictures(self, step: str) -> dict[str, Any]:
        """Optional: a recording without pictures is still complete."""
        values = {"poster": str(self.poster), "sprite": str(self.sprite), "duration": self.steps["check"]["duration"]}
        try:
            return self._child(step, file=str(self.video), **values)
        except StepFailed as error:
            if error.code == DISK_FULL:
                raise
            logger.warning("No pictures could be taken", recording=str(self.recording.pk), detail=str(error))
            return {"sprite": None}

    def _checksum(self, step: str) -> dict[str, Any]:
        return self._child(step, file=str(self.video))

    def _store(self, step: str) -> dict[str, Any]:
        """Store the video last: until it is there, nothing of this counts."""
        kept: dict[str, Any] = {"storage_type": str(storage.present_type()), "poster": "", "sprite": ""}
        has_pictures = self.steps["pictures"]["sprite"] is not None
        files = {"poster": self.poster, "sprite": self.sprite} if has_pictures else {}
        for name, path in (files | {"video": self.video}).items():
            kept[name] = storage.key_of(self.recording, storage.ENDINGS[name])
            with _storing():
                storage.put(path, kept[name], lambda share: self._advance(step, share))
        return kept

    def _verify(self, step: str) -> dict[str, Any]:
        """Read the whole copy back: unless it equals the file that was checked, the parts stay."""
        kept, wanted = self.steps["store"], self.steps["checksum"]
        with _storing():
            found = storage.measure(kept["storage_type"], kept["video"], lambda share: self._advance(step, share))
        if found != (wanted["sha256"], wanted["bytes"]):
            for again in ("store", "checksum", "check"):  # the next try finds out which of the two is wrong
                self.steps.pop(again, None)
            outcome.advance(self.recording.pk, percent=self._percent, steps=self.steps)
            raise StepFailed(DIFFERENT, f"{kept['video']} has {found[1]} bytes")
        return {"sha256": found[0], "bytes": found[1]}

    def _made(self) -> dict[str, Any]:
        kept, verified = self.steps["store"], self.steps["verify"]
        return {
            "storage_type": kept["storage_type"],
            "file_path": kept["video"],
            "poster_path": kept["poster"],
            "sprite_path": kept["sprite"],
            "sprite": self.steps["pictures"]["sprite"],
            "file_size": verified["bytes"],
            "sha256": verified["sha256"],
            "duration": self.steps["check"]["duration"],
            "first_picture_at": datetime.fromtimestamp(self.steps["join"]["started_at"], UTC),
        }

    def _child(self, step: str, **values: Any) -> dict[str, Any]:
        return run_step(
            step,
            values,
            seconds=self._seconds(),
            progress=lambda share: self._advance(step, share),
            tick=self._tick,
        )

    def _seconds(self) -> float:
        """The seconds that a step may take."""
        sizes = [part["bytes"] for part in self.steps.get("probe", {}).get("parts", [])]
        if not sizes:
            folder: Path = self.recording.capture.folder
            sizes = [path.stat().st_size for path in folder.glob("part-*.mp4")]
        return patience(sum(sizes))

    def _forget_what_is_gone(self) -> None:
        """Repeat steps whose files are gone, and all steps that depend on them."""
        joined = self.steps.get("join")
        is_there = joined is not None and self.video.is_file() and self.video.stat().st_size == joined["bytes"]
        has_pictures = self.steps.get("pictures", {}).get("sprite") is None or (
            self.poster.is_file() and self.sprite.is_file()
        )
        names = list(SHARES)
        if not is_there:
            gone = names[names.index("join") :]
        elif not has_pictures:
            gone = ["pictures", "store", "verify"]
        else:
            gone = []
        self.steps = {name: found for name, found in self.steps.items() if name not in gone}

    def _advance(self, step: str, share: float, *, is_done: bool = False) -> None:
        """Publish the progress, not too often; the result of a step is written when it is done."""
        names = list(SHARES)
        before = sum(SHARES[name] for name in names[: names.index(step)])
        self._percent = max(self._percent, int(before + SHARES[step] * share))
        self._report(step, self._percent)
        now = time.monotonic()
        if is_done or now - self._told_at >= TOLD_EVERY:
            self._tick()
            self._told_at = now
            outcome.advance(self.recording.pk, percent=self._percent, steps=self.steps)

    def _tick(self) -> None:
        if worker_state.should_stop is not None or worker_state.should_terminate is not None:
            raise Stopping
        stay_alone(self.recording.pk)


@contextlib.contextmanager
def _storing() -> Iterator[None]:
    """Turn errors of the storage into a failed step."""
    try:
        yield
    except OSError as error:
        code = code_of(error)
        raise StepFailed(code if code == DISK_FULL else STORING, repr(error)[:300]) from error
