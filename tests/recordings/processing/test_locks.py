"""Who works on a recording: one on all machines, with a real Redis and processes that share nothing else."""

import os
import subprocess
import sys

import pytest
from redis import Redis

from core.ids import uuid7
from recordings.processing import locks
from recordings.processing.locks import LockLost, alone_on, stay_alone
from tests.livekit import until
from tests.product import ROOT

WORKER = """
import sys, django
django.setup()
from uuid import UUID
from recordings.processing import locks
locks.LEASE_SECONDS = float(sys.argv[2])
with locks.alone_on(UUID(sys.argv[1])) as is_alone:
    print(is_alone, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def redis(own_redis, settings, tmp_path):
    settings.REDIS_URL = own_redis.url
    settings.PROCESSING_DIR = tmp_path / "here"
    return own_redis


@pytest.fixture
def elsewhere(redis, tmp_path):
    """``elsewhere(recording, seconds)`` starts a worker with a folder of its own, as another machine has; what it got,
    and its process, which works until its input ends."""
    started = []

    def start(recording, seconds=30.0):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "webinar.settings",
            "DATA_DIR": str(tmp_path / f"machine-{len(started)}"),
            "REDIS_URL": redis.url,
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(recording), str(seconds)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(worker)
        return worker.stdout.readline().strip() == "True", worker

    yield start
    for worker in started:
        with worker:  # closes its pipes and waits for it
            worker.kill()


def is_free(recording):
    with alone_on(recording) as is_alone:
        return is_alone


def test_of_two_machines_one_works_until_it_has_finished(elsewhere):
    recording, another = uuid7(), uuid7()
    got, worker = elsewhere(recording)
    assert (got, is_free(recording), is_free(another)) == (True, False, True)
    worker.stdin.close()
    worker.wait(30)
    with alone_on(recording) as here:
        assert (here, elsewhere(recording)[0]) == (True, False)


def test_a_worker_goes_on_having_it_for_longer_than_the_lease(elsewhere, redis):
    recording = uuid7()
    got, _worker = elsewhere(recording, 0.5)
    assert got
    seen = []

    def asked_often():
        seen.append(is_free(recording))
        return len(seen) >= 12

    until(asked_often, "twelve looks")
    assert set(seen) == {False}


def test_a_machine_that_died_in_the_middle_is_replaced(elsewhere):
    recording = uuid7()
    got, worker = elsewhere(recording, 1.0)
    assert got
    worker.kill()
    until(lambda: is_free(recording), "the lease ran out")


def test_work_whose_lease_was_lost_stops(redis, monkeypatch):
    monkeypatch.setattr(locks, "LEASE_SECONDS", 1.0)
    recording = uuid7()
    with alone_on(recording) as here:
        assert here
        stay_alone(recording)
        Redis.from_url(redis.url).set(f"lease:processing:{recording}", "another machine", px=60_000)
        until(lambda: not locks._leases[recording].is_ours(), "the lease could not be renewed")
        with pytest.raises(LockLost):
            stay_alone(recording)
    assert not is_free(recording)  # what another has is not given back with ours


def test_without_redis_the_machines_own_lock_is_enough(settings, tmp_path):
    settings.REDIS_URL, settings.PROCESSING_DIR = "", tmp_path
    recording = uuid7()
    with alone_on(recording) as first:
        stay_alone(recording)
        assert (first, is_free(recording)) == (True, False)
    assert is_free(recording)
