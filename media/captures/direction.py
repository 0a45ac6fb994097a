"""What the supervisor asks the product about a captured room: ``media`` itself knows nothing of sessions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from media.captures.port import Look, PartBegun, Staging, Texts
from media.models import Capture


@dataclass(frozen=True, slots=True)
class Direction:
    """How a room is to be captured now.

    ``hosts``: identities that come first in the picture when the engine starts. ``marks``: everything that begins a new
    part of the capture, oldest first, including marks already applied: a mark is applied when a part with it stands in
    the journal.
    """

    look: Look
    texts: Texts
    hosts: tuple[str, ...] = ()
    is_hidden: bool = False
    staging: Staging = field(default_factory=Staging)
    marks: tuple[str, ...] = ()


class CaptureDirector(Protocol):
    """The product's side; called on the supervisor's thread, outside any transaction."""

    def direct(self, captures: Iterable[Capture]) -> dict[UUID, Direction]:
        """How each of these captures is to go on, by its id; one that is left out ends, because its room is closed."""

    def token(self, capture: Capture) -> str:
        """A token for a helper connection: hidden, may only subscribe."""

    def begun(self, capture: Capture, part: PartBegun) -> None:
        """A part with a mark has begun: what the mark ended is complete."""

    def is_watchable(self, capture: Capture) -> None:
        """The first segment of this capture exists."""

    def over(self, capture: Capture) -> None:
        """The capture has ended or failed, and its files are final."""
