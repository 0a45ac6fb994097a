"""Nudges: requests of a lower app to a higher one, sent after its transaction is committed.

The database says what is due; a nudge only makes it happen sooner. The lower app declares the nudge; the higher app,
which does the work, connects its Celery task on loading, so that neither imports the other. A hook works the same way
for what must happen at once, inside the transaction.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, ParamSpec

from django.db import transaction

P = ParamSpec("P")


class Nudge(Generic[P]):
    """One kind of request, with typed arguments that fit into JSON."""

    def __init__(self, declared: Callable[P, None]) -> None:
        self.name = f"{declared.__module__}.{declared.__name__}"
        self.__doc__ = declared.__doc__
        self._task: Any = None

    def connect(self, task: Any) -> None:
        """Let ``task``, of Celery, do the work. Called once, from ``AppConfig.ready``."""
        self._task = task

    def send(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue the task now. Raises RuntimeError if no task is connected."""
        self._send(args, kwargs)

    def send_after(self, seconds: float, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it to run in this many seconds: until then many requests can become one."""
        self._send(args, kwargs, countdown=seconds)

    def send_for(self, seconds: float, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it, and drop it if it has not begun in this many seconds: the next periodic look asks again."""
        self._send(args, kwargs, expires=seconds)

    def _send(self, args: Any, kwargs: Any, **options: Any) -> None:
        if self._task is None:
            raise RuntimeError(f"No app does the work of {self.name}.")
        self._task.apply_async(args, kwargs, **options)

    def on_commit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it when the present transaction is committed. A queue that fails is logged and otherwise ignored."""
        transaction.on_commit(partial(self.send, *args, **kwargs), robust=True)


def nudge(declared: Callable[P, None]) -> Nudge[P]:
    """Declare a nudge by its arguments; the decorated function has a docstring and no body."""
    return Nudge(declared)


class Hook(Generic[P]):
    """Functions of higher apps that run at once when something happens here, inside the transaction of the change."""

    def __init__(self, declared: Callable[P, None]) -> None:
        self.__doc__ = declared.__doc__
        self._functions: list[Callable[P, None]] = []

    def connect(self, function: Callable[P, None]) -> None:
        """Have ``function`` called; connecting it twice is harmless. Called from ``AppConfig.ready``."""
        if function not in self._functions:
            self._functions.append(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the connected functions. An exception in one undoes the change."""
        for function in self._functions:
            function(*args, **kwargs)


def hook(declared: Callable[P, None]) -> Hook[P]:
    """Declare a hook by its arguments, like a nudge."""
    return Hook(declared)
