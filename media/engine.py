"""The parent's side of an engine: a child process controlled by JSON lines that reports by JSON lines.

The first line that the child reads is its configuration, each further one a command; end of file on its stdin asks it
to finish. Each line that it writes is an event: an object with ``event`` and ``at`` (Unix seconds). Restarting an
engine that ended is up to the caller.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

import structlog

from media import child

logger = structlog.get_logger(__name__)

LINE_LIMIT = 1 << 20  # bytes of one event; longer ones are skipped
COMMANDS_WAITING = 1000  # commands waiting for a child that does not read
TERM_SECONDS = 2.0  # seconds between SIGTERM and SIGKILL
LAST_WORDS = 40  # lines of stderr that are kept for the log
ROOT = Path(__file__).resolve().parent.parent
LEVELS = {"debug", "info", "warning", "error"}
#: The only environment variables that an engine gets: the others hold secrets that it does not need.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")

Event = dict[str, Any]


class EngineProcess:
    """One run of ``python -m media.engines.<name>``.

    ``on_event`` gets each event (log events too, after logging), ``on_exit`` the exit status (negative: the signal)
    after the last event; both are called on this object's own thread, one call at a time. The child dies with this
    process even on SIGKILL (see ``media.child``), and gets no terminal signals and no secrets from our environment.
    """

    def __init__(
        self,
        name: str,
        configuration: Event,
        on_event: Callable[[Event], None],
        on_exit: Callable[[int], None] = lambda status: None,
        *,
        module: str | None = None,
    ) -> None:
        self.name = name
        self.module = module or f"media.engines.{name}"
        self.on_event = on_event
        self.on_exit = on_exit
        self._logger = structlog.get_logger(f"media.engines.{name}")
        self._commands: queue.Queue[Event | None] = queue.Queue(COMMANDS_WAITING)
        self._commands.put_nowait(configuration)
        self._started: Future[subprocess.Popen[bytes]] = Future()
        self._ended = threading.Event()
        # Linux takes the thread that started a child for its parent: this one stays until the child has ended.
        self._thread = threading.Thread(target=self._run, name=f"engine-{name}", daemon=True)

    def start(self) -> None:
        """Start the child and return; it receives its configuration shortly after. Raises OSError if it cannot be
        started.
        """
        self._thread.start()
        self._started.result()

    def send(self, command: Event) -> bool:
        """Queue a command, in order; False when the child has ended or no longer reads."""
        if self._ended.is_set():
            return False
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            logger.warning("An engine does not read its commands", engine=self.name, pid=self.pid)
            return False
        return True

    def finish(self) -> None:
        """Ask the child to finish after the queued commands; returns at once."""
        try:
            self._commands.put_nowait(None)
        except queue.Full:
            self._signal(signal.SIGTERM)

    def stop(self, seconds: float) -> int | None:
        """Let the child finish within ``seconds``, then send SIGTERM, then SIGKILL; returns its exit status.

        Must not be called from ``on_event`` or ``on_exit``, whose thread is waited for here.
        """
        if not self._started.done() or self._started.exception():
            return None
        self.finish()
        for patience, sign in ((seconds, signal.SIGTERM), (TERM_SECONDS, signal.SIGKILL), (None, None)):
            if self._ended.wait(patience):
                break
            assert sign is not None
            self._signal(sign)
        return self._started.result().returncode

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        if not self._started.done() or self._started.exception():
            return None
        process = self._started.result()
        return process.pid if process.returncode is None else None

    @property
    def is_running(self) -> bool:
        """Whether the child has been started and not all of its events have been passed on yet."""
        return self._started.done() and not self._ended.is_set()

    def _run(self) -> None:
        try:
            process = self._spawn()
        except OSError as error:
            self._ended.set()
            self._started.set_exception(error)
            return
        self._started.set_result(process)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        last_words: deque[str] = deque(maxlen=LAST_WORDS)
        writer = threading.Thread(target=self._write, args=(process.stdin,), daemon=True)
        listener = threading.Thread(target=_keep_lines, args=(process.stderr, last_words), daemon=True)
        writer.start()
        listener.start()
        self._read(process.stdout)
        status = process.wait()
        listener.join()
        if status:
            logger.warning("An engine died", engine=self.name, status=status, last_words=list(last_words))
        self._call(self.on_exit, status)
        self._ended.set()
        self.finish()  # ends the writing thread

    def _spawn(self) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", str(child.__file__), str(os.getpid())]
        return subprocess.Popen(
            [*launcher, sys.executable, "-m", self.module],
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _write(self, pipe: IO[bytes]) -> None:
        """Write queued commands until the end is asked for or the child stops reading."""
        try:
            with pipe:
                while (command := self._commands.get()) is not None:
                    pipe.write(json.dumps(command).encode() + b"\n")
                    pipe.flush()
        except BrokenPipeError:
            pass  # it has ended; the reading thread reports that

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LINE_LIMIT):
                if not line.endswith(b"\n"):
                    self._skip(pipe, line)
                    continue
                try:
                    event = json.loads(line)
                    kind = event["event"]
                except (ValueError, TypeError, KeyError):
                    self._logger.warning("A line that is not an event", line=line[:200].decode("utf-8", "replace"))
                    continue
                if kind == "log":
                    self._log(event)
                self._call(self.on_event, event)

    def _skip(self, pipe: IO[bytes], line: bytes) -> None:
        """Skip the rest of a line that is too long, or that the child's end cut off."""
        self._logger.warning("A line without an end", length=len(line), line=line[:200].decode("utf-8", "replace"))
        while line and not line.endswith(b"\n"):
            line = pipe.readline(LINE_LIMIT)

    def _log(self, event: Event) -> None:
        known = ("event", "level", "message", "at", "timestamp", "logger")
        fields = {key: value for key, value in event.items() if key not in known}
        level = event.get("level")
        getattr(self._logger, level if level in LEVELS else "info")(str(event.get("message", "")), **fields)

    def _call(self, callback: Callable[[Any], None], value: Any) -> None:
        try:
            callback(value)
        except Exception:
            logger.exception("Handling an engine's event failed", engine=self.name)

    def _signal(self, sign: signal.Signals) -> None:
        process = self._started.result()
        if process.poll() is None:
            process.send_signal(sign)


def _keep_lines(pipe: IO[bytes], lines: deque[str]) -> None:
    with pipe:
        while line := pipe.readline(LINE_LIMIT):
            lines.append(line.decode("utf-8", "replace").rstrip())
