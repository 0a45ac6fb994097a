"""What every broker must do, whatever it is made of. Add a broker to BROKERS and all of this holds for it."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from realtime.brokers import Position
from realtime.brokers.memory import MemoryBroker
from realtime.brokers.redis import RedisBroker

BROKERS = ("memory", "redis")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(params=BROKERS)
def make_broker(request):
    """Makes brokers of one kind, each empty; call it with how many events they keep."""
    made = []

    def make(history):
        if request.param == "memory":
            return MemoryBroker(history=history)
        server = request.getfixturevalue("redis_server")
        server.empty()
        made.append(RedisBroker(server.url, history=history))
        return made[-1]

    yield make
    for broker in made:
        broker.close()


@pytest.fixture
def broker(make_broker):
    return make_broker(5)


async def settled(broker, topic):
    """Everything published before this call has been heard: a message of our own came back."""
    marked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def mark(message):
        if message.type == "settled":
            loop.call_soon_threadsafe(marked.set)

    await broker.subscribe(topic, mark)
    await loop.run_in_executor(None, lambda: broker.publish_volatile(topic, "settled", None, at=AT))
    async with asyncio.timeout(30):
        await marked.wait()
    await broker.unsubscribe(topic, mark)


def without_marks(messages):
    return [message for message in messages if message.type != "settled"]


def publish(broker, number, topic="session:1:lobby", key=None):
    return broker.publish(topic, "chat.message", {"n": number}, at=AT, idempotency_key=key or f"key-{number}")


def numbers(messages):
    return [json.loads(message.text)["data"]["n"] for message in messages]


def test_offsets_rise_by_one_in_each_topic(broker):
    assert [publish(broker, 1), publish(broker, 2), publish(broker, 3, topic="other"), publish(broker, 4)] == [
        1,
        2,
        1,
        3,
    ]


def test_positions_say_where_each_log_ends(broker):
    publish(broker, 1)
    publish(broker, 2)
    positions = broker.positions(["session:1:lobby", "empty"])
    assert {topic: position.offset for topic, position in positions.items()} == {"session:1:lobby": 2, "empty": 0}
    assert broker.positions(["session:1:lobby", "empty"]) == positions


def test_a_message_is_the_event_as_the_contract_writes_it(broker):
    start = broker.positions(["t"])["t"]
    broker.publish("t", "host.video", {"enabled": True, "name": "Grüße"}, at=AT, idempotency_key="1")
    (message,) = broker.history("t", start)
    assert json.loads(message.text) == {
        "topic": "t",
        "offset": 1,
        "type": "host.video",
        "at": "2026-01-02T03:04:05.000000Z",
        "data": {"enabled": True, "name": "Grüße"},
    }
    assert (message.topic, message.type, message.epoch, message.offset) == ("t", "host.video", start.epoch, 1)


def test_the_same_key_again_changes_nothing_and_returns_the_same_offset(broker):
    start = broker.positions(["session:1:lobby"])["session:1:lobby"]
    assert publish(broker, 1) == 1
    assert publish(broker, 2) == 2
    assert publish(broker, 1) == 1
    assert numbers(broker.history("session:1:lobby", start)) == [1, 2]


def test_history_gives_exactly_what_was_missed(broker):
    for number in range(1, 5):
        publish(broker, number)
    epoch = broker.positions(["session:1:lobby"])["session:1:lobby"].epoch
    assert numbers(broker.history("session:1:lobby", Position(epoch, 2))) == [3, 4]
    assert numbers(broker.history("session:1:lobby", Position(epoch, 4))) == []
    assert numbers(broker.history("session:1:lobby", Position(epoch, 0))) == [1, 2, 3, 4]


def test_history_that_is_gone_or_never_was_is_none(broker):
    for number in range(1, 9):  # three more than are kept
        publish(broker, number)
    epoch = broker.positions(["session:1:lobby"])["session:1:lobby"].epoch
    assert numbers(broker.history("session:1:lobby", Position(epoch, 3))) == [4, 5, 6, 7, 8]
    assert broker.history("session:1:lobby", Position(epoch, 2)) is None
    assert broker.history("session:1:lobby", Position(epoch, 9)) is None
    assert broker.history("session:1:lobby", Position("another", 8)) is None
    assert broker.history("session:1:lobby", Position(epoch, -1)) is None


async def test_a_subscriber_hears_its_topic_and_no_other_until_it_leaves(broker):
    heard = []
    await broker.subscribe("mine", heard.append)
    publish(broker, 1, topic="mine")
    publish(broker, 2, topic="not mine")
    broker.publish_volatile("mine", "presence.count", {"n": 3}, at=AT)
    await settled(broker, "mine")
    await broker.unsubscribe("mine", heard.append)
    publish(broker, 4, topic="mine")
    await settled(broker, "mine")
    heard = without_marks(heard)
    assert numbers(heard) == [1, 3]
    assert [message.offset for message in heard] == [1, None]


async def test_subscribing_twice_hears_once_and_one_unsubscribe_ends_it(broker):
    heard = []
    deliver = heard.append
    await broker.subscribe("t", deliver)
    await broker.subscribe("t", deliver)
    publish(broker, 1, topic="t")
    await settled(broker, "t")
    await broker.unsubscribe("t", deliver)
    publish(broker, 2, topic="t")
    await settled(broker, "t")
    assert numbers(without_marks(heard)) == [1]


async def test_volatile_events_carry_no_offset_and_are_not_kept(broker):
    start = broker.positions(["t"])["t"]
    heard = []
    await broker.subscribe("t", heard.append)
    broker.publish_volatile("t", "presence.count", {"n": 1}, at=AT)
    assert broker.positions(["t"])["t"] == start
    assert broker.history("t", start) == []
    await settled(broker, "t")
    assert [set(json.loads(message.text)) for message in without_marks(heard)] == [{"topic", "type", "at", "data"}]


async def test_publishing_from_many_threads_leaves_no_gap_and_keeps_the_order_of_offsets(make_broker):
    broker = make_broker(1000)
    heard = []
    loop = asyncio.get_running_loop()
    await broker.subscribe("t", lambda message: message.offset and heard.append(message.offset))

    def burst(thread):
        return [publish(broker, f"{thread}-{n}", topic="t") for n in range(100)]

    with ThreadPoolExecutor(8) as pool:
        given = await asyncio.gather(*(loop.run_in_executor(pool, burst, thread) for thread in range(8)))
    assert sorted(offset for offsets in given for offset in offsets) == list(range(1, 801))
    await settled(broker, "t")
    assert heard == list(range(1, 801))


async def test_the_same_key_from_many_threads_at_once_is_told_once(broker):
    heard = []
    await broker.subscribe("t", heard.append)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(8) as pool:
        offsets = await asyncio.gather(
            *(loop.run_in_executor(pool, lambda: publish(broker, 1, topic="t")) for _ in range(16))
        )
    assert offsets == [1] * 16
    await settled(broker, "t")
    assert numbers(without_marks(heard)) == [1]


def test_idle_logs_without_subscribers_are_forgotten_and_begin_anew(monkeypatch):
    monkeypatch.setattr("realtime.brokers.memory.IDLE_AFTER", -1.0)
    monkeypatch.setattr("realtime.brokers.memory._SWEEP_EVERY", 1)
    broker = MemoryBroker(history=5)
    publish(broker, 1, topic="old")
    old = broker.positions(["old"])["old"]
    publish(broker, 1, topic="new")
    fresh = broker.positions(["old"])["old"]
    assert fresh.offset == 0
    assert fresh.epoch != old.epoch


async def test_many_personal_topics_are_subscribed_and_placed_at_once(broker):
    topics = [f"user:{number}:s" for number in range(5000)]
    heard = []
    for topic in topics:
        await broker.subscribe(topic, heard.append)
    assert set(broker.positions(topics)) == set(topics)
    publish(broker, 1, topic=topics[4999])
    await settled(broker, topics[4999])
    assert [message.topic for message in without_marks(heard)] == [topics[4999]]
    for topic in topics:
        await broker.unsubscribe(topic, heard.append)


def test_what_cannot_be_encoded_is_refused_and_leaves_no_gap(broker):
    start = broker.positions(["t"])["t"]
    for data in (float("nan"), object()):
        with pytest.raises((ValueError, TypeError)):
            broker.publish("t", "x", {"n": data}, at=AT, idempotency_key="bad")
    assert publish(broker, 1, topic="t") == 1
    assert numbers(broker.history("t", start)) == [1]


def test_a_key_is_forgotten_with_its_event_and_no_sooner(broker):
    for number in range(1, 7):  # one more than are kept
        publish(broker, number)
    assert publish(broker, 2) == 2
    assert publish(broker, 1) == 7
