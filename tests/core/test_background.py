"""Work in the background: when it runs, when it is woken, and that nothing of it is lost silently."""

import asyncio
import threading

import pytest

from core.background import BackgroundThread, Tasks

PATIENCE = 30.0  # seconds


class Turns:
    """Counts the turns of a thread that waits for ``seconds`` between them."""

    def __init__(self, seconds):
        self.thread = BackgroundThread("turns", self.run)
        self.seconds, self.names = seconds, []
        self.turned, self.ended = threading.Semaphore(0), threading.Event()

    def run(self):
        while not self.thread.is_stopping():
            self.names.append(threading.current_thread().name)
            self.turned.release()
            self.thread.wait(self.seconds)
        self.ended.set()

    def turn(self):
        return self.turned.acquire(timeout=PATIENCE)


@pytest.fixture
def turns():
    made = Turns(None)
    yield made
    made.thread.stop(PATIENCE)


def test_it_runs_until_it_is_stopped_and_may_be_started_again(turns):
    for _ in range(2):
        turns.ended.clear()
        turns.thread.start()
        assert turns.turn()
        assert turns.thread.is_running
        turns.thread.stop(PATIENCE)
        assert turns.ended.is_set()
        assert (turns.thread.is_running, turns.names) == (False, ["turns"] * len(turns.names))
    assert len(turns.names) == 2


def test_starting_twice_makes_one_thread_and_stopping_what_never_ran_is_harmless(turns):
    turns.thread.stop()
    turns.thread.start()
    turns.thread.start()
    assert turns.turn()
    assert [each.name for each in threading.enumerate()].count("turns") == 1


def test_a_nudge_during_a_turn_brings_another_one(turns):
    turns.thread.nudge()
    turns.thread.start()
    assert turns.turn()
    assert turns.turn()
    turns.thread.nudge()
    assert turns.turn()


def test_a_pause_is_not_cut_short_by_nudges_but_by_the_end():
    ends = []

    def run():
        ends.append(thread.pause(0.001))
        ends.append(thread.pause(PATIENCE))

    thread = BackgroundThread("pauses", run)
    thread.nudge()
    thread.start()
    while len(ends) < 1:
        threading.Event().wait(0.001)
    thread.nudge()
    thread.stop(PATIENCE)
    assert ends == [False, True]


async def test_tasks_are_kept_until_they_end_and_a_failure_is_logged(caplog):
    tasks, go_on = Tasks(), asyncio.Event()

    async def fail():
        await go_on.wait()
        raise ZeroDivisionError

    failing = tasks.spawn(fail())
    assert len(tasks) == 1
    go_on.set()
    assert await failing is None
    await asyncio.sleep(0)
    assert len(tasks) == 0
    assert "ZeroDivisionError" in caplog.text


async def test_a_task_that_is_cancelled_ends_as_such():
    tasks = Tasks()
    waiting = tasks.spawn(asyncio.Event().wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
