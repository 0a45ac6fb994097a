"""One capture at this supervisor: runs its engine, and starts it again when it dies.

Everything here runs on the supervisor's thread, except that events arrive on the engine's thread and wait in the inbox.
"""

import fcntl
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

import structlog

from media.captures.direction import Direction
from media.captures.port import (
    CaptureConfiguration,
    CaptureEngine,
    CaptureEvent,
    PartBegun,
    SegmentMade,
    TokenWanted,
    next_numbers,
    read_journal,
)

logger = structlog.get_logger(__name__)

EngineFactory = Callable[[CaptureConfiguration, Callable[[CaptureEvent], None], Callable[[int], None]], CaptureEngine]

FINISH_SECONDS = 20.0  # seconds for an engine to close its files
SILENCE_SECONDS = 30.0  # seconds of silence after which an engine counts as hung: it reports every two seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0  # seconds before a dead engine is started again; doubles each time
STEADY_SECONDS = 60.0  # seconds; an engine that ran this long did not fail at its start
MOST_DEATHS = 10  # starts in a row without any frame after which the capture has failed; about a minute
LOCK = "lock"


class Run:
    """Starts, controls and finishes one engine after another in the same folder. ``wake`` is called when the inbox has
    something.
    """

    def __init__(self, folder: Path, make_engine: EngineFactory, wake: Callable[[], None]) -> None:
        self.folder = folder
        self._make_engine, self._wake = make_engine, wake
        self._inbox: deque[CaptureEvent] = deque()
        self._engine: CaptureEngine | None = None
        self._exited = threading.Event()  # a new one for each engine
        self._finishing: threading.Thread | None = None
        self._is_asked = False
        self._lock: IO[bytes] | None = None
        self._started_at = self._last_event_at = 0.0
        self._pause, self._next_start = FIRST_PAUSE, 0.0
        self._done: set[str] = set()  # marks in the journal
        self._sent: set[str] = set()  # marks sent to this engine
        self._obeyed: Direction | None = None
        self._has_segments = False
        self.deaths = 0  # since the last frame
        self.error = ""

    @property
    def is_running(self) -> bool:
        """Whether an engine runs, including one that is finishing."""
        return self._engine is not None

    @property
    def has_failed(self) -> bool:
        """Whether enough starts in a row have failed."""
        return self.deaths >= MOST_DEATHS

    def lock_folder(self) -> bool:
        """Lock the folder; False while another supervisor on this machine still has an engine in it, as one without its
        lease may.
        """
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / LOCK).open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._lock = file
        return True

    def unlock_folder(self) -> None:
        """Unlock the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def is_due(self) -> bool:
        """Whether an engine may be started now."""
        return self._engine is None and time.monotonic() >= self._next_start

    def start(self, configure: Callable[[int, int], CaptureConfiguration], direction: Direction) -> None:
        """Start an engine that continues where the folder's journal ends; ``configure`` gets its first numbers.

        A failed start counts as a dead engine.
        """
        journal = read_journal(self.folder)
        self._done |= {event.mark for event in journal if isinstance(event, PartBegun) and event.mark}
        self._sent, self._obeyed = set(), direction
        self._exited = exited = threading.Event()
        self._started_at = self._last_event_at = time.monotonic()
        try:
            engine = self._make_engine(
                configure(*next_numbers(journal)), self._on_event, lambda status: self._exit(exited, status)
            )
            engine.start()
        except OSError as error:
            logger.warning("A capture's engine could not be started", folder=self.folder.name, reason=str(error))
            self.error = str(error)
            self._wait()
            return
        self._engine = engine
        self.execute(direction)

    def execute(self, direction: Direction) -> None:
        """Send the engine what has changed, and the marks that it does not know."""
        if self._engine is None or self._finishing is not None:
            return
        before, self._obeyed = self._obeyed, direction
        if before is None or before.is_hidden != direction.is_hidden:
            self._engine.hide(direction.is_hidden)
        if before is None or before.staging != direction.staging:
            self._engine.arrange(direction.staging)
        if before is None or (before.look, before.texts) != (direction.look, direction.texts):
            self._engine.set_look(direction.look, direction.texts)
        for mark in direction.marks:
            if mark not in self._done and mark not in self._sent:
                self._sent.add(mark)
                self._engine.mark(mark)

    def give_token(self, token: str) -> None:
        """Answer an engine that wants to connect again."""
        if self._engine is not None and self._finishing is None:
            self._engine.give_token(token)

    def take_events(self) -> list[CaptureEvent]:
        """What the engine reported since this was asked last; notes what it says about marks and life."""
        events = []
        while self._inbox:
            events.append(self._inbox.popleft())
        for event in events:
            self._last_event_at = time.monotonic()
            if isinstance(event, PartBegun):
                self.deaths = 0
                self._done |= {event.mark} if event.mark else set()
        return events

    def look_after(self) -> bool:
        """Whether the engine has died since the last call; one that hangs is killed."""
        if self._engine is None:
            return False
        if self._exited.is_set():
            self._engine = self._finishing = None
            if not self._is_asked:
                self._wait()
            return not self._is_asked
        if self._finishing is None and time.monotonic() - self._last_event_at > SILENCE_SECONDS:
            logger.warning("A capture's engine reported nothing for a while and is ended", folder=self.folder.name)
            self.error = "it reported nothing for too long"
            self._finish(0.0)
        return False

    def finish(self, seconds: float = FINISH_SECONDS) -> None:
        """Let the engine close its files, on a separate thread; ``is_running`` says when it has."""
        self._is_asked = True
        self._finish(seconds)

    def _finish(self, seconds: float) -> None:
        engine, exited = self._engine, self._exited
        if engine is None or self._finishing is not None:
            return

        def stop() -> None:
            try:
                engine.stop(seconds)
            except Exception:
                logger.exception("A capture's engine could not be stopped cleanly", folder=self.folder.name)
            exited.set()
            self._wake()

        self._finishing = threading.Thread(target=stop, name="capture-finish", daemon=True)
        self._finishing.start()

    def wait_finished(self) -> None:
        """Wait until the finishing engine has ended."""
        if self._finishing is not None:
            self._finishing.join()

    def _wait(self) -> None:
        """Time before the next start: longer each time, unless the engine ran well for a while."""
        if time.monotonic() - self._started_at > STEADY_SECONDS:
            self._pause = FIRST_PAUSE
        self.deaths += 1
        self._next_start = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _on_event(self, event: CaptureEvent) -> None:
        self._inbox.append(event)
        if isinstance(event, PartBegun | TokenWanted) or (isinstance(event, SegmentMade) and not self._has_segments):
            self._has_segments |= isinstance(event, SegmentMade)
            self._wake()

    def _exit(self, exited: threading.Event, status: int) -> None:
        if status and not self._is_asked:
            self.error = f"exit status {status}"
        exited.set()
        self._wake()
