"""What the supervisor asks of the product about a room that is captured: it knows nothing of sessions itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from media.captures.port import Look, PartBegun, Texts
from media.models import Capture


@dataclass(frozen=True, slots=True)
class Direction:
    """How a room is to be captured now.

    ``hosts``: identities that come first in the picture, when the engine starts. ``marks``: everything that cuts the
    capture's parts, oldest first, also what was cut already: a mark is done when a part with it stands in the journal.
    """

    look: Look
    texts: Texts
    hosts: tuple[str, ...] = ()
    is_hidden: bool = False
    marks: tuple[str, ...] = ()


class CaptureDirector(Protocol):
    """The product's side; called on the supervisor's thread, outside any transaction."""

    def direct(self, captures: Iterable[Capture]) -> dict[UUID, Direction]:
        """How each of these is to go on, by its id; one that is left out ends: its room is not open any more."""

    def token(self, capture: Capture) -> str:
        """With which a helper that is nobody connects to the room: hidden, to subscribe and nothing else."""

    def begun(self, capture: Capture, part: PartBegun) -> None:
        """A part with a mark has begun: what the mark ended is complete."""

    def is_watchable(self, capture: Capture) -> None:
        """The first segment of this capture is there."""

    def over(self, capture: Capture) -> None:
        """It has ended, or failed, and its files are as complete as they will ever be."""
