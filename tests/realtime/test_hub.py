"""The hub with sockets made of a list: who gets which frame, and when somebody is let go."""

import asyncio
import json
import threading
from datetime import UTC, datetime

import pytest

from realtime.brokers import BrokerDown, Position
from realtime.brokers.memory import MemoryBroker
from realtime.channels import events_frame
from realtime.hub import Hub

AT = datetime(2026, 1, 2, tzinfo=UTC)


class Wire:
    """A send function that keeps what it is given; while ``open`` is cleared it takes nothing more."""

    def __init__(self):
        self.messages = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, message):
        await self.open.wait()
        self.messages.append(message)

    @property
    def frames(self):
        return [json.loads(message["text"]) for message in self.messages if message["type"] == "websocket.send"]

    @property
    def numbers(self):
        return [event["data"] for frame in self.frames for event in frame["events"]]

    @property
    def code(self):
        return next((message["code"] for message in self.messages if message["type"] == "websocket.close"), None)


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


def publish(broker, topic, data, kind="test"):
    return broker.publish(topic, kind, data, at=AT, idempotency_key=f"{topic}-{data}")


async def enter(hub, *topics):
    wire = Wire()
    socket = hub.socket(wire)
    hold = await hub.hold(topics)
    hub.admit(socket, hold, hub.broker.positions(topics), [])
    hub.release(hold)
    return socket, wire


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 — waits for what other objects become
            await asyncio.sleep(0.001)


async def test_a_socket_gets_the_events_of_its_topics_and_no_others(hub, broker):
    (_s1, a), (_s2, b) = await enter(hub, "x"), await enter(hub, "x", "y")
    publish(broker, "x", 1)
    publish(broker, "y", 2)
    publish(broker, "z", 3)
    await until(lambda: len(b.numbers) == 2)
    assert (a.numbers, sorted(b.numbers)) == ([1], [1, 2])


async def test_events_of_one_tick_travel_in_one_frame_and_the_newest_volatile_counts(hub, broker, settings):
    settings.REALTIME_TICK = 0.05
    _socket, wire = await enter(hub, "x", "y")
    for number in range(3):
        publish(broker, "x", number)
        broker.publish_volatile("y", "presence.count", 100 + number, at=AT)
    await until(lambda: wire.messages)
    assert [[event["data"] for event in frame["events"]] for frame in wire.frames] == [[0, 1, 2, 102]]


async def test_after_a_quiet_time_an_event_does_not_wait_for_the_tick_and_what_follows_does(hub, broker, settings):
    settings.REALTIME_TICK = 3600
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await until(lambda: wire.numbers == [1])
    publish(broker, "x", 2)
    publish(broker, "x", 3)
    await asyncio.sleep(0)
    assert hub._tick.when() - asyncio.get_running_loop().time() > 3000
    hub._flush()
    await until(lambda: len(wire.messages) == 2)
    assert wire.numbers == [1, 2, 3]


async def test_sockets_with_the_same_topics_share_one_encoded_frame_also_beside_private_topics(hub, broker):
    (_s1, a), (_s2, b) = await enter(hub, "x", "user:1:s"), await enter(hub, "user:2:s", "x")
    publish(broker, "x", "same")
    await until(lambda: a.messages and b.messages)
    assert a.messages[0]["text"] is b.messages[0]["text"]
    publish(broker, "user:1:s", "mine")
    await until(lambda: len(a.numbers) == 2)
    assert (a.numbers, b.numbers) == (["same", "mine"], ["same"])


async def test_one_subscription_a_topic_and_none_after_the_last_socket_left(hub, broker):
    sockets = [(await enter(hub, "x"))[0] for _ in range(3)]
    assert len(broker._logs["x"].deliveries) == 1
    for socket in sockets:
        hub.leave(socket)
    await until(lambda: not broker._logs["x"].deliveries)
    assert (hub.sockets, hub._channels, hub._groups) == (set(), {}, {})


async def test_leaving_and_coming_back_at_once_keeps_the_subscription(hub, broker):
    socket, _wire = await enter(hub, "x")
    hub.leave(socket)
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await until(lambda: wire.numbers == [1])


async def test_what_happens_while_a_socket_gets_ready_reaches_it_once_and_in_order(hub, broker):
    _other, _wire = await enter(hub, "x")
    hold = await hub.hold(["x"])
    publish(broker, "x", 1)
    positions = broker.positions(["x"])
    publish(broker, "x", 2)
    broker.publish_volatile("x", "presence.count", "v1", at=AT)
    broker.publish_volatile("x", "presence.count", "v2", at=AT)
    await asyncio.sleep(0)
    wire = Wire()
    hub.admit(hub.socket(wire), hold, positions, ['{"events": [{"data": "welcome"}]}'])
    hub.release(hold)
    publish(broker, "x", 3)
    await until(lambda: 3 in wire.numbers)
    assert wire.numbers == ["welcome", 2, "v2", 3]


async def test_a_slow_socket_is_closed_resumable_and_the_others_do_not_wait_for_it(hub, broker):
    (slow, slow_wire), (_fast, fast) = await enter(hub, "x"), await enter(hub, "x")
    slow_wire.open.clear()
    for number in range(8):
        publish(broker, "x", number)
        await until(lambda number=number: number in fast.numbers)
    assert slow.closing == 4429
    slow_wire.open.set()
    await until(lambda: slow_wire.code is not None)
    assert slow_wire.code == 4429
    assert fast.numbers == list(range(8))


async def test_a_socket_that_takes_nothing_any_more_not_even_its_close_is_given_up(hub, broker, monkeypatch):
    monkeypatch.setattr("realtime.sockets.CLOSE_TIMEOUT", 0.01)
    socket, wire = await enter(hub, "x")
    dead = asyncio.Event()
    socket.on_dead = dead.set
    wire.open.clear()
    socket.close(4429)
    async with asyncio.timeout(10):
        await dead.wait()
    assert socket.is_dead


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
    hub.on_lost(lost.append)
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
    broker = hub.broker = MemoryBroker(history=kept)
    history = SlowHistory(broker, monkeypatch)
    _socket, wire = await enter(hub, "x")
    channel = hub._channels["x"]
    lost = []
    hub.on_lost(lost.append)
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


async def test_a_socket_changes_topics_without_hearing_anything_twice_or_not_at_all(hub, broker, settings):
    settings.REALTIME_TICK = 3600
    socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await asyncio.sleep(0)
    hold = await hub.hold(["x", "y"])
    publish(broker, "y", 2)
    positions = broker.positions(["x", "y"])
    publish(broker, "y", 3)
    await asyncio.sleep(0)
    hub.admit(socket, hold, positions, ['{"events": [{"data": "reset"}]}'])
    hub.release(hold)
    publish(broker, "y", 4)
    await asyncio.sleep(0)
    hub._flush()
    await until(lambda: 4 in wire.numbers)
    assert wire.numbers == [1, "reset", 3, 4]


async def test_shutdown_sends_what_is_due_and_then_1012(hub, broker, settings):
    settings.REALTIME_TICK = 3600
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await asyncio.sleep(0)
    await hub.shutdown()
    await until(lambda: wire.code is not None)
    assert (wire.numbers, wire.code) == ([1], 1012)


async def test_a_silent_socket_is_closed_and_one_that_was_heard_is_not(hub, settings):
    (silent, wire), (heard, _wire) = await enter(hub, "x"), await enter(hub, "x")
    silent.seen -= 3 * settings.SOCKET_HEARTBEAT.total_seconds() + 1
    hub._look_for_silent_sockets()
    await until(lambda: wire.code is not None)
    assert (wire.code, heard.closing) == (4408, None)
    hub._sweep.cancel()


def test_a_frame_is_made_of_what_is_encoded_already(broker):
    publish(broker, "x", {"ä": 1})
    epoch = broker.positions(["x"])["x"].epoch
    frame = json.loads(events_frame(broker.history("x", Position(epoch, 0))))
    assert [event["data"] for event in frame["events"]] == [{"ä": 1}]


async def test_a_subscription_that_fails_is_tried_again_until_it_holds(hub, broker, monkeypatch):
    monkeypatch.setattr("realtime.hub.RETRY_AFTER", 0.001)
    subscribe, tries = broker.subscribe, []

    async def fail_at_first(topic, deliver):
        tries.append(topic)
        if len(tries) < 3:
            raise BrokerDown
        await subscribe(topic, deliver)

    monkeypatch.setattr(broker, "subscribe", fail_at_first)
    _socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await until(lambda: wire.numbers == [1])
    assert tries == ["x"] * 3


async def test_an_interruption_fetches_what_was_missed_and_reports_what_is_gone(hub, broker):
    _socket, wire = await enter(hub, "kept", "renewed")
    lost = []
    hub.on_lost(lost.append)
    publish(broker, "renewed", 0)
    await until(lambda: wire.numbers == [0])
    for topic in ("kept", "renewed"):
        deliveries, broker._logs[topic].deliveries = broker._logs[topic].deliveries, []
        publish(broker, topic, 1)
        if topic == "renewed":
            del broker._logs[topic]
            broker.positions([topic])
        broker._logs[topic].deliveries = deliveries
    hub._interrupted()
    await until(lambda: wire.numbers == [0, 1] and lost)
    assert lost == ["renewed"]
    publish(broker, "renewed", 2)
    publish(broker, "kept", 3)
    await until(lambda: sorted(wire.numbers) == [0, 1, 2, 3])
    assert lost == ["renewed"]


async def test_a_hole_between_positions_and_what_was_kept_means_a_reset(hub, broker):
    lost = []
    hub.on_lost(lost.append)
    hold = await hub.hold(["x"])
    positions = broker.positions(["x"])
    deliveries, broker._logs["x"].deliveries = broker._logs["x"].deliveries, []
    publish(broker, "x", 1)
    broker._logs["x"].deliveries = deliveries
    publish(broker, "x", 2)
    await until(lambda: hold.messages)
    wire = Wire()
    hub.admit(hub.socket(wire), hold, positions, [])
    hub.release(hold)
    assert lost == ["x"]


async def test_a_room_of_personal_topics_is_subscribed_by_one_task(hub, broker):
    before = len(hub._tasks)
    holding = asyncio.create_task(hub.hold([f"user:{number}:s" for number in range(5000)]))
    await asyncio.sleep(0)
    assert len(hub._tasks) == before + 1
    hold = await holding
    assert len(hub._channels) == 5000
    hub.release(hold)
    assert hub._channels == {}
