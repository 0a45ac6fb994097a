"""Nudges: what an app asks of one that stands above it, once its transaction is committed.

The database says what is due; a nudge only makes it happen sooner. The app below declares one, the app that does the
work connects its Celery task when it is loaded, so neither knows the other's name. A hook is the same for what must
happen at once, inside the transaction.
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
        """``task``, of Celery, does the work. Called once, from ``AppConfig.ready``."""
        self._task = task

    def send(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue the task now. Raises RuntimeError when no app does this work."""
        self._send(args, kwargs)

    def send_after(self, seconds: float, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it now, to be done in so many seconds: many requests may become one meanwhile."""
        self._send(args, kwargs, countdown=seconds)

    def send_for(self, seconds: float, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it now; what has not begun in so many seconds is dropped, since the next look asks again."""
        self._send(args, kwargs, expires=seconds)

    def _send(self, args: Any, kwargs: Any, **options: Any) -> None:
        if self._task is None:
            raise RuntimeError(f"No app does the work of {self.name}.")
        self._task.apply_async(args, kwargs, **options)

    def on_commit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it when the present transaction is committed; a queue that fails is logged and breaks nothing."""
        transaction.on_commit(partial(self.send, *args, **kwargs), robust=True)


def nudge(declared: Callable[P, None]) -> Nudge[P]:
    """Declare a nudge by its arguments: the decorated function has a docstring and no body."""
    return Nudge(declared)


class Hook(Generic[P]):
    """What apps above do at once when something happens here, inside the transaction of the change."""

    def __init__(self, declared: Callable[P, None]) -> None:
        self.__doc__ = declared.__doc__
        self._functions: list[Callable[P, None]] = []

    def connect(self, function: Callable[P, None]) -> None:
        """Have ``function`` called; connecting it twice is harmless. From ``AppConfig.ready``."""
        if function not in self._functions:
            self._functions.append(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """It happened. What a function raises undoes the change."""
        for function in self._functions:
            function(*args, **kwargs)


def hook(declared: Callable[P, None]) -> Hook[P]:
    """Declare a hook by its arguments, as a nudge."""
    return Hook(declared)
