"""Topics that are subscribed: what the broker did not deliver is fetched, or whoever holds them is reset."""

import asyncio
import threading

import pytest

from realtime.brokers import BrokerDown
from realtime.brokers.memory import MemoryBroker
from tests.realtime.wires import AT, Wire, enter, publish, until


def elsewhere(_topic, _deliver):
    """As of a broker that must be asked over the network."""
    return False


async def test_one_subscription_a_topic_and_none_after_the_last_socket_left(hub, broker):
    sockets = [(await enter(hub, "x"))[0] for _ in range(3)]
    assert len(broker._logs["x"].deliveries) == 1
    for socket in sockets:
        hub.leave(socket)
    await until(lambda: not broker._logs["x"].deliveries)
    assert (hub.sockets, hub.subscriptions.channels, hub._groups) == (set(), {}, {})


async def test_leaving_and_coming_back_at_once_keeps_the_subscription(hub, broker):
    socket, _wire = await enter(hub, "x")
    hub.leave(socket)
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await until(lambda: wire.numbers == [1])


async def test_a_gap_is_filled_from_history_before_anything_later(hub, broker):
    _socket, wire = await enter(hub, "x")
    deliveries, broker._logs["x"].deliveries = broker._logs["x"].deliveries, []
    publish(broker, "x", 1)
    publish(broker, "x", 2)
    broker._logs["x"].deliveries = deliveries
    publish(broker, "x", 3)
    publish(broker, "x", 4)
    await until(lambda: len(wire.numbers) == 4)
    assert wire.numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("how", ["history gone", "new epoch"])
async def test_a_gap_that_cannot_be_filled_is_reported_so_that_a_reset_follows(hub, broker, how):
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 0)
    await until(lambda: wire.numbers == [0])
    lost = []
    hub.subscriptions.on_lost(lost.append)
    deliveries, broker._logs["x"].deliveries = broker._logs["x"].deliveries, []
    if how == "history gone":
        for number in range(1, 13):
            publish(broker, "x", number)
    else:
        del broker._logs["x"]
        broker.positions(["x"])
    broker._logs["x"].deliveries = deliveries
    publish(broker, "x", 99)
    await until(lambda: 99 in wire.numbers)
    assert (lost, wire.numbers) == (["x"], [0, 99])


class SlowHistory:
    """Holds every answer of the broker's history back until it is let go."""

    def __init__(self, broker, monkeypatch):
        self.asked, self._go = 0, threading.Event()
        self._read = broker.history
        monkeypatch.setattr(broker, "history", self)

    def __call__(self, topic, since):
        read = self._read(topic, since)
        self.asked += 1
        assert self._go.wait(10)
        return read

    def let_go(self):
        self._go.set()


@pytest.mark.parametrize("kept", [100, 10])
async def test_what_comes_while_history_is_slow_is_bounded_and_nothing_is_lost_silently(
    hub, settings, monkeypatch, kept
):
    settings.REALTIME_HISTORY = 5
    settings.REALTIME_QUEUE = 100
    broker = hub.subscriptions.broker = MemoryBroker(history=kept)
    history = SlowHistory(broker, monkeypatch)
    _socket, wire = await enter(hub, "x")
    channel = hub.subscriptions.channels["x"]
    lost = []
    hub.subscriptions.on_lost(lost.append)
    deliveries, broker._logs["x"].deliveries = broker._logs["x"].deliveries, []
    publish(broker, "x", 1)
    broker._logs["x"].deliveries = deliveries
    publish(broker, "x", 2)
    await until(lambda: history.asked == 1)
    for number in range(3, 51):
        publish(broker, "x", number)
    await until(lambda: channel.late and channel.late[-1].offset == 50)
    assert len(channel.late) == 5
    history.let_go()
    await until(lambda: 50 in wire.numbers)
    if kept == 100:
        assert (lost, wire.numbers) == ([], list(range(1, 51)))
    else:  # the log had forgotten them too: whoever holds the topic is reset
        assert (lost, wire.numbers) == (["x"], [1, 2, *range(46, 51)])


async def test_a_subscription_that_fails_is_tried_again_until_it_holds(hub, broker, monkeypatch):
    monkeypatch.setattr("realtime.subscriptions.RETRY_AFTER", 0.001)
    subscribe, tries = broker.subscribe, []

    async def fail_at_first(topic, deliver):
        tries.append(topic)
        if len(tries) < 3:
            raise BrokerDown
        await subscribe(topic, deliver)

    monkeypatch.setattr(broker, "subscribe", fail_at_first)
    monkeypatch.setattr(broker, "subscribe_at_once", elsewhere)
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await until(lambda: wire.numbers == [1])
    assert tries == ["x"] * 3


async def test_an_interruption_fetches_what_was_missed_and_reports_what_is_gone(hub, broker):
    _socket, wire = await enter(hub, "kept", "renewed")
    lost = []
    hub.subscriptions.on_lost(lost.append)
    publish(broker, "renewed", 0)
    await until(lambda: wire.numbers == [0])
    for topic in ("kept", "renewed"):
        deliveries, broker._logs[topic].deliveries = broker._logs[topic].deliveries, []
        publish(broker, topic, 1)
        if topic == "renewed":
            del broker._logs[topic]
            broker.positions([topic])
        broker._logs[topic].deliveries = deliveries
    hub.subscriptions._interrupted()
    await until(lambda: wire.numbers == [0, 1] and lost)
    assert lost == ["renewed"]
    publish(broker, "renewed", 2)
    publish(broker, "kept", 3)
    await until(lambda: sorted(wire.numbers) == [0, 1, 2, 3])
    assert lost == ["renewed"]


async def test_a_hole_between_positions_and_what_was_kept_means_a_reset(hub, broker):
    lost = []
    hub.subscriptions.on_lost(lost.append)
    hold = await hub.subscriptions.hold(["x"])
    positions = broker.positions(["x"])
    deliveries, broker._logs["x"].deliveries = broker._logs["x"].deliveries, []
    publish(broker, "x", 1)
    broker._logs["x"].deliveries = deliveries
    publish(broker, "x", 2)
    await until(lambda: hold.messages)
    wire = Wire()
    hub.admit(hub.socket(wire), hold, positions, [])
    hub.subscriptions.release(hold)
    assert lost == ["x"]


async def test_a_broker_in_this_process_is_subscribed_without_a_task(hub, broker):
    before = len(hub._tasks)
    hold = await hub.subscriptions.hold([f"user:{number}:s" for number in range(50)])
    assert len(hub._tasks) == before
    publish(broker, "user:7:s", 1)
    await until(lambda: [message.topic for message in hold.messages] == ["user:7:s"])


async def test_a_room_of_personal_topics_is_subscribed_by_one_task(hub, broker, monkeypatch):
    monkeypatch.setattr(broker, "subscribe_at_once", elsewhere)
    before = len(hub._tasks)
    holding = asyncio.create_task(hub.subscriptions.hold([f"user:{number}:s" for number in range(5000)]))
    await asyncio.sleep(0)
    assert len(hub._tasks) == before + 1
    hold = await holding
    assert len(hub.subscriptions.channels) == 5000
    hub.subscriptions.release(hold)
    assert hub.subscriptions.channels == {}


async def test_numbers_of_the_last_second_come_to_who_is_admitted_now(hub, broker):
    first = await hub.subscriptions.hold(["x"])
    broker.publish_volatile("x", "test", 7, at=AT)
    await until(lambda: first.volatile)
    second = await hub.subscriptions.hold(["x"])
    assert second.volatile == first.volatile
    hub.subscriptions.release(first)
    hub.subscriptions.release(second)
