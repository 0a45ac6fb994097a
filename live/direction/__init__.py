"""What the media supervisor asks of the product, and tells it: ``media`` knows nothing of sessions."""

from media.supervisor import Supervisor


def make_supervisor() -> Supervisor:
    """The supervisor of this product, with every kind of engine."""
    return Supervisor([])
