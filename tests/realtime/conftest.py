"""A hub over a broker in memory."""

import pytest

from realtime.brokers.memory import MemoryBroker
from realtime.hub import Hub


@pytest.fixture
def ticks(settings):
    settings.REALTIME_TICK = 0.001
    settings.REALTIME_QUEUE = 4


@pytest.fixture
def broker():
    return MemoryBroker(history=10)


@pytest.fixture
async def hub(broker, ticks):
    return Hub(broker)
