"""What the media supervisor asks of the product, and tells it: ``media`` knows nothing of sessions."""

from live.direction.captures import Director
from live.direction.ingests import make_ingests, takes_encoders
from media.supervisor import Part, Supervisor
from media.supervisor.captures import Captures


def make_supervisor() -> Supervisor:
    """The supervisor of this product, with every kind of engine."""
    parts: list[Part] = [Captures(Director())]
    if takes_encoders():
        parts.append(make_ingests())
    return Supervisor(parts)
