"""The Redis broker when Redis breaks, comes back with everything, with less, or with nothing."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
import redis

from realtime.brokers import BrokerDown, Position, redis_listener
from realtime.brokers.redis import RedisBroker, channel_of
from realtime.hub import Hub
from tests.livekit import async_until, until
from tests.realtime.wires import Wire

AT = datetime(2026, 1, 2, tzinfo=UTC)
TOPIC = "session:1:chat"


@pytest.fixture
def make_broker(own_redis):
    """Each is as a process of its own: nothing but Redis connects them."""
    made = []

    def make():
        made.append(RedisBroker(own_redis.url, history=100))
        return made[-1]

    yield make
    for broker in made:
        broker.close()


@pytest.fixture
def broker(make_broker):
    return make_broker()


@pytest.fixture
async def hub(broker, settings):
    settings.REALTIME_TICK = 0.001
    hub = Hub(broker)
    hub.lost = []
    hub.subscriptions.on_lost(hub.lost.append)
    yield hub
    await hub.shutdown()


def publish(broker, number, topic=TOPIC, key=None):
    return broker.publish(topic, "chat.message", number, at=AT, idempotency_key=key or f"key-{number}")


async def away(work, *args):
    return await asyncio.get_running_loop().run_in_executor(None, work, *args)


async def enter(hub, *topics):
    wire = Wire()
    socket = hub.socket(wire)
    hold = await hub.subscriptions.hold(topics)
    hub.admit(socket, hold, await away(hub.subscriptions.broker.positions, topics), [])
    hub.subscriptions.release(hold)
    return wire


def test_topics_of_one_session_share_a_channel():
    topics = ["session:1", "session:1:chat", "session:1:crew", "control:1", "user:9:1"]
    assert {channel_of(topic) for topic in topics} == {"rt:1"}
    assert channel_of("session:2:chat") == "rt:2"
    assert channel_of("anything") == "rt:anything"


async def test_what_one_process_publishes_another_hears(make_broker, hub):
    wire = await enter(hub, TOPIC, "user:9:1")
    publisher = make_broker()
    await away(publish, publisher, 1)
    await away(publish, publisher, 2, "user:9:1")
    await away(publish, publisher, 3, "user:8:1")
    await away(publish, publisher, 4)
    await async_until(lambda: len(wire.numbers) == 3, "three events")
    assert sorted(wire.numbers) == [1, 2, 4]


async def test_a_room_of_personal_topics_is_one_subscription(hub, broker, own_redis):
    wire = await enter(hub, *(f"user:{number}:1" for number in range(3000)))
    await away(publish, broker, 1, "user:2999:1")
    await async_until(lambda: wire.numbers == [1], "the event")
    with redis.Redis.from_url(own_redis.url, protocol=2) as client:
        assert client.pubsub_channels() == [b"rt:1"]
        hub.leave(next(iter(hub.sockets)))
        await async_until(lambda: client.pubsub_channels() == [], "no subscription")


async def test_killed_and_restarted_while_messages_flow_each_arrives_once_and_in_order(hub, make_broker, own_redis):
    publisher, wire = make_broker(), await enter(hub, TOPIC)
    acknowledged = []

    def flow():
        for number in range(300):
            if number == 100:
                own_redis.kill()
                own_redis.start()
            while True:
                try:
                    publish(publisher, number)
                    break
                except BrokerDown:
                    continue
            acknowledged.append(number)

    await away(flow)
    await async_until(lambda: len(wire.numbers) >= 300, "every message")
    assert acknowledged == wire.numbers == list(range(300))
    assert hub.lost == []


async def test_what_was_published_while_nobody_could_hear_is_fetched_without_a_further_message(
    hub, make_broker, own_redis, monkeypatch
):
    publisher, wire = make_broker(), await enter(hub, TOPIC)
    await away(publish, publisher, 1)
    await async_until(lambda: wire.numbers == [1], "the first")
    connect, may_connect = redis_listener.ConnectionPool.make_connection, asyncio.Event()

    def refuse(pool):
        if may_connect.is_set():
            return connect(pool)
        raise ConnectionError("not yet")

    monkeypatch.setattr(redis_listener.ConnectionPool, "make_connection", refuse)
    with redis.Redis.from_url(own_redis.url, protocol=2) as client:
        client.client_kill_filter(_type="pubsub")
    await away(publish, publisher, 2)
    await away(publish, publisher, 3)
    assert wire.numbers == [1]
    may_connect.set()
    await async_until(lambda: len(wire.numbers) == 3, "what was missed")
    assert (wire.numbers, hub.lost) == ([1, 2, 3], [])


async def test_a_redis_that_lost_everything_means_a_reset_and_goes_on(hub, make_broker, own_redis):
    publisher, wire = make_broker(), await enter(hub, TOPIC)
    for number in (1, 2):
        await away(publish, publisher, number)
    await async_until(lambda: wire.numbers == [1, 2], "both")
    before = (await away(publisher.positions, [TOPIC]))[TOPIC]
    own_redis.kill()
    for file in own_redis.folder.glob("appendonlydir/*"):
        file.unlink()
    own_redis.start()
    await async_until(lambda: hub.lost, "the loss to be noticed without a further message")
    await until_published(publisher, 3)
    await async_until(lambda: 3 in wire.numbers, "the next message")
    after = (await away(publisher.positions, [TOPIC]))[TOPIC]
    assert after.epoch != before.epoch
    assert set(hub.lost) == {TOPIC}


async def until_published(broker, number):
    def works():
        try:
            return publish(broker, number)
        except BrokerDown:
            return None

    await away(until, works, "a publication")


def test_a_log_that_came_back_shorter_than_it_was_begins_anew(make_broker, own_redis):
    """Power fails within the second in which Redis writes its file: event 3 is gone, the next must not pass for it."""
    publisher = make_broker()
    for number in (1, 2, 3):
        publish(publisher, number)
    before = publisher.positions([TOPIC])[TOPIC]
    with redis.Redis.from_url(own_redis.url, protocol=2) as client:
        (log,) = client.keys("*chat:log")
        client.hset(log, "offset", 2)
        client.xdel(log.replace(b":log", b":events"), "3-0")
    assert publish(publisher, 4) == 1
    after = publisher.positions([TOPIC])[TOPIC]
    assert (after.epoch != before.epoch, after.offset) == (True, 1)
    assert publisher.history(TOPIC, before) is None


def test_a_redis_that_is_away_is_said_to_be_down_by_every_call(broker, own_redis):
    publish(broker, 1)
    own_redis.kill()
    for ask in (
        lambda: publish(broker, 2),
        lambda: broker.publish_volatile(TOPIC, "x", 1, at=AT),
        lambda: broker.positions([TOPIC]),
        lambda: broker.history(TOPIC, Position("e", 0)),
        broker.check,
    ):
        with pytest.raises(BrokerDown):
            ask()


def test_a_redis_that_may_not_write_is_down_and_a_broken_log_is_not(broker, own_redis):
    with redis.Redis.from_url(own_redis.url, protocol=2) as client:
        client.replicaof("127.0.0.1", "1")  # a replica, as after a failover
        with pytest.raises(BrokerDown):
            publish(broker, 1)
        client.replicaof("NO", "ONE")
        assert publish(broker, 1) == 1
        client.set("{rt:1}:session:1:polls:log", "no log")
        with pytest.raises(redis.ResponseError):
            publish(broker, 2, "session:1:polls")


async def test_who_subscribes_while_redis_is_away_waits_and_then_hears(hub, broker, own_redis, monkeypatch):
    monkeypatch.setattr(redis_listener, "JOIN_TIMEOUT", 0.05)
    monkeypatch.setattr("realtime.subscriptions.RETRY_AFTER", 0.01)
    own_redis.kill()
    holding = asyncio.create_task(hub.subscriptions.hold([TOPIC]))
    await async_until(lambda: hub.subscriptions.channels, "the hold to begin")
    await away(own_redis.start)
    hold = await holding
    await until_published(broker, 1)
    await async_until(lambda: [json.loads(message.text)["data"] for message in hold.messages] == [1], "the event")
    hub.subscriptions.release(hold)


async def test_who_waits_too_long_for_a_subscription_is_told_and_leaves_nothing(hub, own_redis, monkeypatch):
    monkeypatch.setattr(redis_listener, "JOIN_TIMEOUT", 0.02)
    monkeypatch.setattr("realtime.subscriptions.RETRY_AFTER", 0.01)
    monkeypatch.setattr("realtime.subscriptions.HOLD_TIMEOUT", 0.1)
    own_redis.kill()
    with pytest.raises(BrokerDown):
        await hub.subscriptions.hold([TOPIC, "user:9:1"])
    assert hub.subscriptions.channels == {}
    await async_until(lambda: not hub._tasks, "the tries to end")


async def test_a_silent_connection_is_given_up_and_made_anew(hub, make_broker, own_redis, monkeypatch):
    monkeypatch.setattr(redis_listener, "PING_EVERY", 0.05)
    wire = await enter(hub, TOPIC)
    own_redis.freeze()
    await async_until(lambda: hub.subscriptions.broker._listener._was_lost, "the silence to be noticed")
    own_redis.thaw()
    await until_published(make_broker(), 1)
    await async_until(lambda: wire.numbers == [1], "the event")


async def test_leaving_and_joining_again_at_once_hears_everything(hub, broker):
    heard = []
    for round_ in range(20):
        await broker.subscribe(TOPIC, heard.append)
        await away(publish, broker, round_)
        await async_until(lambda: heard, "the event")
        assert heard.pop().offset == round_ + 1
        await broker.unsubscribe(TOPIC, heard.append)
    assert heard == []
