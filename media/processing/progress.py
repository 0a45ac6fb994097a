"""How a step reports its progress."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with a share from 0 to 1; callers may call as often as they like."""


def ignore_progress(share: float) -> None:
    """Ignores progress."""
