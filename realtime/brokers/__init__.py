"""The broker of this process."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from realtime.brokers.base import Broker, BrokerDown, Message, Position

__all__ = ["BROKERS", "Broker", "BrokerDown", "Message", "Position", "get_broker"]

#: The possible values of REALTIME_BROKER; each is called without arguments.
BROKERS = {
    "memory": "realtime.brokers.memory.MemoryBroker",
    "redis": "realtime.brokers.redis.RedisBroker",
    "centrifugo": "realtime.brokers.centrifugo.CentrifugoBroker",
}


@cache
def get_broker() -> Broker:
    """The one broker that everything in this process publishes to and reads from.

    Raises KeyError for an unknown name, which a system check refuses earlier.
    """
    broker: Broker = import_string(BROKERS[settings.REALTIME_BROKER])()
    return broker
