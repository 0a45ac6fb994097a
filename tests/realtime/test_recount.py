"""Numbers that many change: told once a turn, and in the end as they are."""

import threading
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from realtime import outbox, recount
from realtime.brokers.memory import MemoryBroker
from realtime.events import Event, EventData
from tests.socket_server import wait_until


class NumberData(EventData):
    id: UUID
    number: int


class Number(Event, type="test.number", volatile=True):
    data: NumberData


@pytest.fixture
def told(monkeypatch):
    """What was told: (subject, number), in order."""
    found = []

    class Recorder(MemoryBroker):
        def publish_volatile(self, topic, type, data, *, at):
            found.append((data["id"], data["number"]))

    broker = Recorder()
    monkeypatch.setattr(outbox, "get_broker", lambda: broker)
    return found


@pytest.fixture
def recounter(monkeypatch):
    monkeypatch.setattr(recount, "EVERY", 0.01)
    running = recount.Recounter()
    yield running
    running.stop()


def event(subject, number):
    return Number(session_id=subject, data=NumberData(id=subject, number=number))


@pytest.mark.django_db(transaction=True)
def test_without_the_thread_it_is_told_after_the_commit_and_not_before(told):
    subject = uuid4()
    with transaction.atomic():
        recount.recount(lambda which: event(which, 7), subject)
        assert told == []
    assert told == [(str(subject), 7)]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(told):
    with transaction.atomic():
        recount.recount(lambda which: event(which, 7), uuid4())
        transaction.set_rollback(True)
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_numbers_that_move_while_they_are_told_are_told_again(told, recounter):
    numbers = iter([1, 2, 2, 2])
    subject = uuid4()
    recounter.mark(lambda which: event(which, next(numbers)), subject)
    assert told == [(str(subject), 1), (str(subject), 2)]


@pytest.mark.django_db(transaction=True)
def test_many_marks_of_a_turn_are_one_telling_a_subject(told, recounter):
    subjects, number, may_read = [uuid4(), uuid4()], [0], threading.Event()

    def read(which):
        may_read.wait(15)
        return event(which, number[0])

    recounter.start()
    for count in range(50):
        for subject in subjects:
            recounter.mark(read, subject)
        number[0] = count + 1
    may_read.set()
    wait_until(lambda: {subject for subject, _number in told} == {str(subject) for subject in subjects})
    recounter.stop()
    assert {value for _subject, value in told} == {50}
    assert len(told) <= 4


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_asked_again(told, recounter):
    tries = []

    def read(which):
        tries.append(which)
        if len(tries) == 1:
            raise OSError("away")
        return event(which, 3)

    recounter.start()
    recounter.mark(read, uuid4())
    wait_until(lambda: told)
    assert [number for _subject, number in told] == [3]


@pytest.mark.django_db(transaction=True)
def test_what_is_gone_is_not_told(told, recounter):
    recounter.mark(lambda which: None, uuid4())
    assert told == []
