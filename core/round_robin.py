"""Round robin, so that whoever has much waiting is not served before everybody else."""

from collections.abc import Callable, Hashable, Iterable
from itertools import chain, zip_longest
from typing import TypeVar

T = TypeVar("T")


def round_robin(waiting: Iterable[T], whose: Callable[[T], Hashable]) -> list[T]:
    """The first item of each owner, then the second of each, and so on; each owner's items keep their order."""
    queues: dict[Hashable, list[T | None]] = {}
    for each in waiting:
        queues.setdefault(whose(each), []).append(each)
    return [each for each in chain.from_iterable(zip_longest(*queues.values())) if each is not None]
