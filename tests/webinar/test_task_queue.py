"""Celery's queue in memory: nobody who waits misses a message, and nobody has to look at a clock for it."""

import threading

import pytest
from celery.worker import state
from kombu import Connection, Consumer, Producer, Queue

from tests.livekit import PATIENCE, until
from webinar.serve.background import Worker
from webinar.task_queue import Bell, Transport, bell


@pytest.fixture
def queue():
    return Queue("bell-test", routing_key="bell-test")


def test_memory_is_our_transport():
    with Connection("memory://localhost/") as connection:
        assert isinstance(connection.transport, Transport)


def test_whoever_waits_is_woken_by_a_message_and_gets_it(queue):
    got, waits = [], threading.Event()

    def take():
        with Connection("memory://localhost/") as connection, connection.channel() as channel:
            consumer = Consumer(channel, [queue], callbacks=[lambda body, message: (got.append(body), message.ack())])
            with consumer:
                waits.set()
                while not got:
                    try:
                        connection.drain_events(timeout=3600)
                    except TimeoutError:
                        continue  # woken: look again

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    assert waits.wait(PATIENCE)
    with Connection("memory://localhost/") as connection:
        Producer(connection.channel()).publish({"n": 1}, routing_key=queue.name, exchange="", declare=[queue])
    thread.join(PATIENCE)
    assert got == [{"n": 1}]


def test_a_ring_between_looking_and_waiting_is_not_missed():
    own = Bell()
    seen = own.rung
    own.ring()
    own.wait(seen, 3600)  # returns at once: it has rung since


def test_a_worker_that_should_stop_does_not_wait(monkeypatch, queue):
    monkeypatch.setattr(state, "should_stop", 0)
    with Connection("memory://localhost/") as connection:
        consumer = Consumer(connection.channel(), [queue])
        with consumer, pytest.raises(TimeoutError):
            connection.drain_events(timeout=3600)


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_all_of_more_than_it_may_hold_at_once():
    from webinar.celery import app

    done, lock = set(), threading.Lock()

    @app.task(name="tests.note", ignore_result=True)
    def note(number):
        with lock:
            done.add(number)

    worker = Worker()
    worker.start()
    try:
        for number in range(300):
            note.delay(number)
        until(lambda: len(done) == 300, "all of them")
    finally:
        worker.stop()
        app.tasks.pop("tests.note")
    assert bell.rung
