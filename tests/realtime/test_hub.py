"""The hub with sockets made of a list: who gets which frame, and when somebody is let go."""

import asyncio
import json

from realtime.brokers import Position
from realtime.channels import events_frame
from tests.realtime.wires import AT, Wire, enter, publish, until


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


async def test_what_happens_while_a_socket_gets_ready_reaches_it_once_and_in_order(hub, broker):
    _other, _wire = await enter(hub, "x")
    hold = await hub.subscriptions.hold(["x"])
    publish(broker, "x", 1)
    positions = broker.positions(["x"])
    publish(broker, "x", 2)
    broker.publish_volatile("x", "presence.count", "v1", at=AT)
    broker.publish_volatile("x", "presence.count", "v2", at=AT)
    await asyncio.sleep(0)
    wire = Wire()
    hub.admit(hub.socket(wire), hold, positions, ['{"events": [{"data": "welcome"}]}'])
    hub.subscriptions.release(hold)
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


async def test_a_socket_changes_topics_without_hearing_anything_twice_or_not_at_all(hub, broker, settings):
    settings.REALTIME_TICK = 3600
    socket, wire = await enter(hub, "x")
    publish(broker, "x", 1)
    await asyncio.sleep(0)
    hold = await hub.subscriptions.hold(["x", "y"])
    publish(broker, "y", 2)
    positions = broker.positions(["x", "y"])
    publish(broker, "y", 3)
    await asyncio.sleep(0)
    hub.admit(socket, hold, positions, ['{"events": [{"data": "reset"}]}'])
    hub.subscriptions.release(hold)
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
