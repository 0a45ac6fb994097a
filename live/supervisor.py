"""Connects the media supervisor with the product: ``media`` itself knows nothing of sessions."""

from encoders.gateway import make_ingests, takes_encoders
from live.captures import Director
from media.captures.supervisor import Captures
from media.supervisor import Part, Supervisor


def make_supervisor() -> Supervisor:
    """The supervisor of this product, with every kind of engine."""
    parts: list[Part] = [Captures(Director())]
    if takes_encoders():
        parts.append(make_ingests())
    return Supervisor(parts)
