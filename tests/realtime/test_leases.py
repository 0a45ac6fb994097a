"""Leases with a real Redis: one holder at a time, and none for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from realtime.leases import Lease, release_all
from tests.livekit import until


@pytest.fixture
def redis(own_redis, settings):
    settings.REDIS_URL = own_redis.url
    return own_redis


def test_without_redis_the_one_process_holds_everything(settings):
    settings.REDIS_URL = ""
    assert [Lease("work", 10).holds(), Lease("work", 10).holds()] == [True, True]


def test_one_holds_it_until_it_lets_go(redis):
    first, second = Lease("work", 30), Lease("work", 30)
    assert [first.holds(), second.holds(), first.holds()] == [True, False, True]
    second.release()
    assert [second.holds(), first.holds()] == [False, True]
    first.release()
    assert [second.holds(), first.holds()] == [True, False]


def test_leases_of_other_names_are_free(redis):
    assert [Lease("work", 30).holds(), Lease("play", 30).holds()] == [True, True]


def test_of_many_at_once_one_gets_it(redis):
    leases = [Lease("work", 30) for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(Lease.holds, leases)) == [False] * 15 + [True]


def test_a_holder_that_died_is_replaced_and_does_not_believe_that_it_holds_it_still(redis):
    dead, heir = Lease("work", 0.3), Lease("work", 0.3)
    assert dead.holds()
    until(heir.holds, "the lease ran out")
    assert dead.holds() is False


def test_a_holder_that_asks_again_keeps_it(redis):
    holder, other = Lease("work", 0.3), Lease("work", 0.3)
    seen = []
    assert holder.holds()

    def asked_often():
        seen.append((holder.holds(), other.holds()))
        return len(seen) >= 12

    until(asked_often, "twelve looks")
    assert set(seen) == {(True, False)}


def test_nobody_holds_it_while_redis_is_away(redis):
    lease = Lease("work", 30)
    redis.kill()
    assert lease.holds() is False
    redis.start()
    assert lease.holds() is True


def test_at_shutdown_all_are_let_go(redis):
    held = [Lease("work", 30), Lease("play", 30)]
    assert all(lease.holds() for lease in held)
    release_all()
    assert [Lease("work", 30).holds(), Lease("play", 30).holds()] == [True, True]


def test_a_lease_whose_answer_was_lost_on_the_way_is_held_and_can_be_let_go(redis):
    first, second = Lease("work", 30), Lease("work", 30)
    Redis.from_url(redis.url).set("lease:work", first.holder, px=30_000)
    assert [second.holds(), first.holds()] == [False, True]
    first.release()
    assert second.holds()
