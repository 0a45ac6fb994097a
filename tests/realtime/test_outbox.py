import json
import threading
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.utils import timezone

from realtime import outbox
from realtime.brokers import BrokerDown
from realtime.brokers.memory import MemoryBroker
from realtime.events import CATALOGUE, Event, EventData, control, everyone_in, lobby
from realtime.models import OutboxEvent
from realtime.outbox import drain, emit, start_drainer, stop_drainer
from sessions.lifecycle import lock_session
from tests.livekit import until


class NumberData(EventData):
    n: int


class Number(Event, type="test.number", topic=everyone_in):
    """A durable event."""

    data: NumberData


class Latest(Event, type="test.latest", topic=everyone_in, volatile=True):
    """A volatile event."""

    data: NumberData


for name in ("test.number", "test.latest"):
    del CATALOGUE[name]  # these are no part of the product

SESSION = uuid4()
TOPIC = everyone_in(SESSION)


def number(n):
    return Number(session_id=SESSION, data=NumberData(n=n))


@pytest.fixture
def broker(monkeypatch):
    broker = MemoryBroker(history=100)
    monkeypatch.setattr(outbox, "get_broker", lambda: broker)
    return broker


@pytest.fixture
def told(broker):
    """What the broker has been given on the topic, as (type, data)."""
    start = broker.positions([TOPIC])[TOPIC]

    def read():
        events = [json.loads(message.text) for message in broker.history(TOPIC, start)]
        return [(event["type"], event["data"]["n"]) for event in events]

    return read


@pytest.mark.django_db(transaction=True)
def test_a_committed_event_is_published_once_and_its_row_is_gone(told):
    with transaction.atomic():
        emit(number(1), number(2))
    assert drain() == 2
    assert told() == [("test.number", 1), ("test.number", 2)]
    assert OutboxEvent.objects.count() == 0
    assert drain() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_a_change_that_was_rolled_back(told, broker):
    heard = []
    async_to_sync(broker.subscribe)(TOPIC, heard.append)
    with transaction.atomic():
        emit(number(1), Latest(session_id=SESSION, data=NumberData(n=9)))
        transaction.set_rollback(True)
    assert drain() == 0
    assert told() == []
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_durable_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        emit(number(1))
    assert OutboxEvent.objects.count() == 0


class Crash(BaseException):
    """The process dies here: nothing after it runs."""


def crash(*args, **kwargs):
    raise Crash


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_commit_and_publish_loses_nothing(told, broker, monkeypatch):
    with transaction.atomic():
        emit(number(1), number(2))
    with monkeypatch.context() as dying:
        dying.setattr(broker, "publish", crash)
        with pytest.raises(Crash):
            drain()
    assert told() == []
    drain()
    assert told() == [("test.number", 1), ("test.number", 2)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("published", [1, 2])
def test_a_crash_between_publish_and_delete_tells_nothing_twice(told, broker, monkeypatch, published):
    with transaction.atomic():
        emit(number(1), number(2))
    publish, given = broker.publish, []

    def publish_some(*args, **kwargs):
        if len(given) == published:
            raise Crash
        given.append(publish(*args, **kwargs))

    with monkeypatch.context() as dying:
        dying.setattr(broker, "publish", publish_some)
        dying.setattr(outbox, "delete", crash)
        with pytest.raises(Crash):
            drain()
    assert OutboxEvent.objects.count() == 2
    assert told() == [("test.number", n) for n in range(1, published + 1)]
    drain()
    assert told() == [("test.number", 1), ("test.number", 2)]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_no_attempt_and_keeps_everything(told, broker, monkeypatch):
    with transaction.atomic():
        emit(number(1), number(2))

    def down(*args, **kwargs):
        raise BrokerDown

    with monkeypatch.context() as away:
        away.setattr(broker, "publish", down)
        for _ in range(outbox.ATTEMPTS + 1):
            with pytest.raises(BrokerDown):
                drain()
    assert set(OutboxEvent.objects.values_list("attempts", "set_aside_at")) == {(0, None)}
    drain()
    assert told() == [("test.number", 1), ("test.number", 2)]


@pytest.fixture
def picky(broker, monkeypatch):
    """A broker that refuses number 13, and keeps what else it was given, in order."""
    publish, given = broker.publish, []

    def refuse_thirteen(topic, kind, data, **kwargs):
        if data.get("n") == 13:
            raise ValueError("unlucky")
        given.append((topic, data.get("n", kind)))
        return publish(topic, kind, data, **kwargs)

    monkeypatch.setattr(broker, "publish", refuse_thirteen)
    return given


def other_number(n):
    return Number(session_id=OTHER, data=NumberData(n=n))


OTHER = uuid4()


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_refused_holds_up_its_own_topic_alone(picky):
    with transaction.atomic():
        emit(number(1), number(13), number(2), other_number(3))
    assert drain() == 2
    assert picky == [(TOPIC, 1), (everyone_in(OTHER), 3)]
    waiting = list(OutboxEvent.objects.values_list("data", "attempts", "error"))
    assert waiting == [({"n": 13}, 1, "ValueError: unlucky"), ({"n": 2}, 0, "")]


@pytest.mark.django_db(transaction=True)
def test_a_refused_event_is_tried_again_later_and_later(picky, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    with transaction.atomic():
        emit(number(13), number(2))
    drain()
    attempts = [OutboxEvent.objects.earliest("id").attempts]
    for seconds in (0.9, 0.2, 1.9, 0.2):
        time_machine.shift(seconds)
        drain()
        attempts.append(OutboxEvent.objects.earliest("id").attempts)
    assert attempts == [1, 1, 2, 2, 3]
    assert picky == []


@pytest.mark.django_db(transaction=True)
def test_an_event_refused_too_often_is_set_aside_kept_and_said_and_the_rest_follows(picky, time_machine, caplog):
    time_machine.move_to(timezone.now(), tick=False)
    with transaction.atomic():
        emit(number(13), number(2), number(3))
    for _ in range(outbox.ATTEMPTS):
        drain()
        time_machine.shift(outbox.LONGEST_RETRY)
    assert picky == [(TOPIC, 2), (TOPIC, 3), (TOPIC, "state.stale")]
    aside = OutboxEvent.objects.get()
    assert (aside.data, aside.attempts, aside.error) == ({"n": 13}, outbox.ATTEMPTS, "ValueError: unlucky")
    assert aside.set_aside_at is not None
    assert [record.levelname for record in caplog.records if "set aside" in record.message] == ["ERROR"]
    assert drain() == 0


@pytest.mark.django_db(transaction=True)
def test_what_our_own_processes_miss_is_said_to_every_client_of_the_session(picky, monkeypatch):
    monkeypatch.setattr(outbox, "ATTEMPTS", 1)
    OutboxEvent.objects.create(topic=control(SESSION), type="test.number", data={"n": 13})
    drain()
    assert picky == [(lobby(SESSION), "state.stale")]


@pytest.mark.django_db(transaction=True)
def test_a_topic_that_takes_nothing_is_left_alone(broker, monkeypatch):
    monkeypatch.setattr(outbox, "ATTEMPTS", 1)
    monkeypatch.setattr(broker, "publish", lambda *args, **kwargs: 1 / 0)
    with transaction.atomic():
        emit(number(1))
    assert drain() == 0
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == ["test.number", "state.stale"]
    assert not OutboxEvent.objects.filter(set_aside_at=None).exists()
    assert drain() == 0


@pytest.mark.django_db(transaction=True)
def test_events_of_one_session_are_told_in_the_order_of_their_commits(told, live_session):
    committed, start = [], threading.Barrier(6)

    def change(n):
        start.wait()
        try:
            for step in range(5):
                with transaction.atomic():
                    lock_session(live_session.pk)
                    emit(number(10 * n + step))
                    committed.append(10 * n + step)  # still under the lock: the next one cannot have begun
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain()
    assert told() == [("test.number", n) for n in committed]


@pytest.mark.django_db(transaction=True)
def test_two_drainers_at_once_tell_everything_once_and_in_order(told, broker, monkeypatch):
    monkeypatch.setattr(outbox, "_BATCH", 3)
    monkeypatch.setattr(outbox, "POLL_EVERY", 0.01)
    drainers = [outbox.Drainer(), outbox.Drainer()]
    for drainer in drainers:
        drainer.start()
    try:
        for n in range(40):
            with transaction.atomic():
                emit(number(n))
        until(lambda: not OutboxEvent.objects.exists(), "an empty outbox")
    finally:
        for drainer in drainers:
            drainer.stop()
    assert told() == [("test.number", n) for n in range(40)]


@pytest.mark.django_db(transaction=True)
def test_a_volatile_event_is_published_at_commit_and_leaves_no_row(broker, monkeypatch):
    published = []
    monkeypatch.setattr(broker, "publish_volatile", lambda topic, kind, data, at: published.append((topic, kind, data)))
    with transaction.atomic():
        emit(Latest(session_id=SESSION, data=NumberData(n=7)))
        assert published == []
    assert published == [(TOPIC, "test.latest", {"n": 7})]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_failing_nudge_does_not_fail_the_change(monkeypatch, caplog):
    monkeypatch.setattr(outbox._drainer, "nudge", lambda: 1 / 0)
    with transaction.atomic():
        emit(number(1))
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_more_events_than_one_batch_arrive_in_order(told, monkeypatch):
    monkeypatch.setattr(outbox, "_BATCH", 3)
    with transaction.atomic():
        emit(*(number(n) for n in range(10)))
    assert drain() == 10
    assert told() == [("test.number", n) for n in range(10)]


@pytest.mark.django_db(transaction=True)
def test_the_drainer_is_nudged_by_the_commit(told, broker, monkeypatch):
    monkeypatch.setattr(outbox, "POLL_EVERY", 3600)
    published = threading.Event()
    publish = broker.publish
    monkeypatch.setattr(broker, "publish", lambda *a, **k: (publish(*a, **k), published.set())[0])
    start_drainer()
    try:
        with transaction.atomic():
            emit(number(1))
        assert published.wait(10)
    finally:
        stop_drainer()
    assert told() == [("test.number", 1)]


@pytest.mark.django_db(transaction=True)
def test_the_drainer_finds_rows_that_nobody_nudged_for_also_after_a_failure(told, broker, monkeypatch):
    monkeypatch.setattr(outbox, "POLL_EVERY", 0.01)
    OutboxEvent.objects.create(topic=TOPIC, type="test.number", data={"n": 1})
    published, attempts = threading.Event(), []
    publish = broker.publish

    def sometimes(*args, **kwargs):
        attempts.append(1)
        if len(attempts) < 3:
            raise BrokerDown
        publish(*args, **kwargs)
        published.set()

    monkeypatch.setattr(broker, "publish", sometimes)
    start_drainer()
    try:
        assert published.wait(10)
    finally:
        stop_drainer()
    assert told() == [("test.number", 1)]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_the_crowd_causes_reaches_a_broker_in_this_process_at_commit_without_a_row(told):
    with transaction.atomic():
        outbox.emit_at_commit(number(1))
        assert told() == []
    assert (told(), OutboxEvent.objects.count()) == ([("test.number", 1)], 0)
    with transaction.atomic():
        outbox.emit_at_commit(number(2))
        transaction.set_rollback(True)
    assert told() == [("test.number", 1)]


@pytest.mark.django_db
def test_for_a_broker_elsewhere_it_is_kept_like_every_other(broker, monkeypatch):
    monkeypatch.setattr(MemoryBroker, "is_local", False)
    outbox.emit_at_commit(number(1))
    assert [row.type for row in OutboxEvent.objects.all()] == ["test.number"]
