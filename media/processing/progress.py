"""How a step tells how far it is."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with a share from 0 to 1; callers may call as often as they like."""


def nobody(share: float) -> None:
    """Nobody wants to know."""
