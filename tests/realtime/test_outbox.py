import json
import threading
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction

from realtime import outbox
from realtime.brokers.memory import MemoryBroker
from realtime.events import CATALOGUE, Event, EventData, everyone_in
from realtime.models import OutboxEvent
from realtime.outbox import drain, start_drainer, stop_drainer, tell


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
        tell(number(1), number(2))
    assert drain() == 2
    assert told() == [("test.number", 1), ("test.number", 2)]
    assert OutboxEvent.objects.count() == 0
    assert drain() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_a_change_that_was_rolled_back(told, broker):
    heard = []
    async_to_sync(broker.subscribe)(TOPIC, heard.append)
    with transaction.atomic():
        tell(number(1), Latest(session_id=SESSION, data=NumberData(n=9)))
        transaction.set_rollback(True)
    assert drain() == 0
    assert told() == []
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_durable_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        tell(number(1))
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_commit_and_publish_loses_nothing(told, broker, monkeypatch):
    with transaction.atomic():
        tell(number(1))
    with monkeypatch.context() as crash:
        crash.setattr(broker, "publish", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drain()
    assert told() == []
    drain()
    assert told() == [("test.number", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_publish_and_delete_tells_nothing_twice(told, monkeypatch):
    with transaction.atomic():
        tell(number(1), number(2))
    with monkeypatch.context() as crash:
        crash.setattr("django.db.models.query.QuerySet.delete", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drain()
    assert OutboxEvent.objects.count() == 2
    drain()
    assert told() == [("test.number", 1), ("test.number", 2)]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_volatile_event_is_published_at_commit_and_leaves_no_row(broker, monkeypatch):
    published = []
    monkeypatch.setattr(broker, "publish_volatile", lambda topic, kind, data, at: published.append((topic, kind, data)))
    with transaction.atomic():
        tell(Latest(session_id=SESSION, data=NumberData(n=7)))
        assert published == []
    assert published == [(TOPIC, "test.latest", {"n": 7})]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_failing_nudge_does_not_fail_the_change(monkeypatch, caplog):
    monkeypatch.setattr(outbox._drainer, "nudge", lambda: 1 / 0)
    with transaction.atomic():
        tell(number(1))
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_more_events_than_one_batch_arrive_in_order(told, monkeypatch):
    monkeypatch.setattr(outbox, "_BATCH", 3)
    with transaction.atomic():
        tell(*(number(n) for n in range(10)))
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
            tell(number(1))
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
            raise ConnectionError
        publish(*args, **kwargs)
        published.set()

    monkeypatch.setattr(broker, "publish", sometimes)
    start_drainer()
    try:
        assert published.wait(10)
    finally:
        stop_drainer()
    assert told() == [("test.number", 1)]
