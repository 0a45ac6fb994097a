"""Who goes ahead where people wait: what keeps a session going before the crowd that watches it.

Ahead go the crew and speakers of a session, once their rights to it were judged (``sessions.queries``), hosts who send
forms, and what the product does by itself (outbox, presence, reconcile). Nobody waits for ever: after every
AHEAD_IN_A_ROW of those one of the crowd is let in.
"""

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.core.signals import request_started
from django.dispatch import receiver

AHEAD_IN_A_ROW = 8

T = TypeVar("T")

_goes_ahead: ContextVar[bool] = ContextVar("goes_ahead", default=False)


def go_ahead() -> None:
    """The present request, or thread, goes ahead from now on."""
    _goes_ahead.set(True)


def goes_ahead() -> bool:
    """Whether the present request, or thread, goes ahead."""
    return _goes_ahead.get()


@contextmanager
def ahead(value: bool = True) -> Generator[None]:
    """What is done inside goes ahead, or begins (``value`` false) as one of the crowd."""
    token = _goes_ahead.set(value)
    try:
        yield
    finally:
        _goes_ahead.reset(token)


@receiver(request_started)
def _begin(sender: Any, **_rest: Any) -> None:
    """Whatever the thread did before: a request is one of the crowd until its caller is known."""
    _goes_ahead.set(False)


class Lines(Generic[T]):
    """Two lines in front of one place; whoever uses them holds a lock, or is on one event loop."""

    def __init__(self) -> None:
        self._ahead: deque[T] = deque()
        self._crowd: deque[T] = deque()
        self._in_a_row = 0  # of those ahead, since one of the crowd

    def __len__(self) -> int:
        return len(self._ahead) + len(self._crowd)

    def append(self, one: T, *, is_ahead: bool) -> None:
        """Take the last place of a line."""
        (self._ahead if is_ahead else self._crowd).append(one)

    def discard(self, one: T) -> None:
        """Leave, if there at all."""
        for line in (self._ahead, self._crowd):
            if one in line:
                line.remove(one)

    def next(self) -> T | None:
        """Whose turn it is, who leaves the line; None when nobody waits."""
        if self._ahead and not (self._crowd and self._in_a_row >= AHEAD_IN_A_ROW):
            self._in_a_row += 1
            return self._ahead.popleft()
        self._in_a_row = 0
        return self._crowd.popleft() if self._crowd else None
