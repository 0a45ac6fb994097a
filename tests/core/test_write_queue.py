"""The queue of those who write: fair, bounded, and never held by who is gone."""

import threading

import pytest

from core.errors import Busy
from core.precedence import ahead
from core.write_queue import WriteQueue
from tests.livekit import PATIENCE, until


class Owner:
    """Stands for a connection."""


class Writers:
    """Threads that wait in ``queue`` one after the other and note in ``order`` when it is their turn."""

    def __init__(self, queue):
        self.queue, self.order, self.failed, self.threads = queue, [], [], []

    def add(self, name, *, is_ahead=False):
        waiting = self.queue.waiting
        thread = threading.Thread(target=self._write, args=(name, is_ahead), daemon=True)
        thread.start()
        self.threads.append(thread)
        until(lambda: self.queue.waiting == waiting + 1 or not thread.is_alive(), f"{name} in the queue")

    def _write(self, name, is_ahead):
        owner = Owner()
        try:
            with ahead(is_ahead):
                place = self.queue.take(owner)
        except Busy:
            self.failed.append(name)
            return
        self.order.append(name)
        place.give_back()

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)


def test_the_crowd_writes_in_the_order_of_its_coming_and_the_crew_before_it():
    queue, host = WriteQueue(), Owner()
    writers, first = Writers(queue), queue.take(host)
    for name, is_ahead in (("ann", False), ("bob", False), ("go live", True), ("cem", False), ("mute", True)):
        writers.add(name, is_ahead=is_ahead)
    assert writers.order == []
    first.give_back()
    writers.join()
    assert writers.order == ["go live", "mute", "ann", "bob", "cem"]


def test_more_than_may_wait_are_busy_at_once_and_the_others_keep_their_place(settings):
    settings.WRITE_QUEUE = 2
    queue, owner = WriteQueue(), Owner()
    writers, first = Writers(queue), queue.take(owner)
    for name in ("ann", "bob", "cem"):
        writers.add(name)
    until(lambda: writers.failed == ["cem"], "the refusal")
    first.give_back()
    writers.join()
    assert writers.order == ["ann", "bob"]


def test_who_waited_too_long_is_busy_and_leaves_the_queue(settings):
    settings.WRITE_WAIT_SECONDS = 0.01
    queue, owner = WriteQueue(), Owner()
    first = queue.take(owner)
    with pytest.raises(Busy) as refused:
        queue.take(Owner())
    assert (refused.value.status, refused.value.code, queue.waiting) == (503, "busy", 0)
    assert refused.value.retry_after
    first.give_back()
    queue.take(owner).give_back()


def test_a_place_is_given_back_once():
    queue, owner, other = WriteQueue(), Owner(), Owner()
    first = queue.take(owner)
    first.give_back()
    second = queue.take(other)
    first.give_back()
    writers = Writers(queue)
    writers.add("ann")
    assert (writers.order, queue.waiting) == ([], 1)
    second.give_back()
    writers.join()
    assert writers.order == ["ann"]


def test_a_thread_that_died_and_a_connection_that_is_gone_hold_nobody_up():
    queue, kept = WriteQueue(), Owner()
    dying = threading.Thread(target=lambda: queue.take(kept))
    dying.start()
    dying.join(PATIENCE)
    owner = Owner()
    place = queue.take(owner)  # the thread is dead
    del owner
    assert place.is_lost()
    queue.take(kept).give_back()  # the connection is gone
