"""Runs the engines that the database asks for: captures and the gateway for encoders.

A thread of ``serve``, or ``manage.py media_supervisor`` as a service of its own. It looks every second, and at once
when it is nudged inside its own process. Engines are child processes; their events come on threads of their own.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

import structlog
from django.db import close_old_connections

from core.background import BackgroundThread

Argument = TypeVar("Argument")
logger = structlog.get_logger(__name__)

INTERVAL = 1.0  # seconds between two looks at the database


class Part(Protocol):
    """One kind of engine."""

    def tick(self) -> None:
        """Make what runs match what is wanted; called once a second, and must not take long."""

    def stop(self, seconds: float) -> None:
        """Let every engine finish its files within this many seconds, then end them."""


class Supervisor:
    """One thread that calls each part in turn."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        # Children die with the thread that started them, so this one lives as long as they do.
        self._thread = BackgroundThread("media-supervisor", self._run)

    def start(self) -> None:
        """Start; returns at once."""
        _running.add(self)
        self._thread.start()

    def nudge(self) -> None:
        """Look now rather than within a second."""
        self._thread.nudge()

    def stop(self, seconds: float) -> None:
        """Finish every engine; returns when all have ended."""
        _running.discard(self)
        self._thread.stop(None)
        for part in self._parts:
            try:
                part.stop(seconds)
            except Exception:
                logger.exception("An engine could not be stopped cleanly", part=type(part).__name__)

    def _run(self) -> None:
        while not self._thread.is_stopping():
            for part in self._parts:
                close_old_connections()
                try:
                    part.tick()
                except Exception:
                    logger.exception("A pass of the supervisor failed; the next one tries again")
            self._thread.wait(INTERVAL)


def with_connections(callback: Callable[[Argument], None]) -> Callable[[Argument], None]:
    """The callback, for the thread of an engine: broken database connections are given up before each call."""

    def call(argument: Argument) -> None:
        close_old_connections()
        callback(argument)

    return call


_running: set[Supervisor] = set()


def nudge() -> None:
    """Let the supervisor look at once, if it runs in this process; one elsewhere looks within a second."""
    for supervisor in _running.copy():
        supervisor.nudge()
