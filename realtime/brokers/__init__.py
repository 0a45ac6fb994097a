"""The broker of this process."""

from functools import cache

from realtime.brokers.base import Broker, Message, Position
from realtime.brokers.memory import MemoryBroker

__all__ = ["Broker", "Message", "Position", "get_broker"]


@cache
def get_broker() -> Broker:
    """The one broker that everything in this process publishes to and reads from."""
    return MemoryBroker()
