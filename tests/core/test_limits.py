"""Counters in fixed windows."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache

from core.errors import TooMany
from core.limits import Limiter


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("core.limits._now", lambda: time.time())  # the windows of the clock itself
    with time_machine.travel(datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def test_more_than_the_limit_in_a_window_is_refused_until_it_ends(clock):
    limiter = Limiter()
    for _ in range(3):
        limiter.check("register", "203.0.113.1", 3, 60)
    clock.shift(20)
    with pytest.raises(TooMany) as refused:
        limiter.check("register", "203.0.113.1", 3, 60)
    assert refused.value.retry_after == 41
    clock.shift(40)
    limiter.check("register", "203.0.113.1", 3, 60)


def test_keys_and_names_count_apart(clock):
    limiter = Limiter()
    limiter.check("register", "203.0.113.1", 1, 60)
    limiter.check("register", "203.0.113.2", 1, 60)
    limiter.check("join", "203.0.113.1", 1, 60)


def test_what_is_given_back_does_not_count_nor_does_what_is_refused(clock):
    limiter = Limiter()
    for _ in range(5):
        limiter.reserve("password", "ada", 2, 60).give_back()
    first, second = (limiter.reserve("password", "ada", 2, 60) for _ in range(2))
    for _ in range(3):
        with pytest.raises(TooMany):
            limiter.reserve("password", "ada", 2, 60)
    second.give_back()
    limiter.reserve("password", "ada", 2, 60)
    first.forget()
    limiter.reserve("password", "ada", 1, 60)


def test_a_place_of_a_window_that_is_over_changes_nothing_in_the_next(clock):
    limiter = Limiter()
    old = limiter.reserve("password", "ada", 1, 60)
    clock.shift(60)
    limiter.reserve("password", "ada", 1, 60)
    old.give_back()
    with pytest.raises(TooMany):
        limiter.reserve("password", "ada", 1, 60)


def test_tokens_come_back_one_after_another(clock):
    limiter = Limiter()
    for _ in range(3):
        limiter.take("chat", "ada", burst=3)
    with pytest.raises(TooMany) as refused:
        limiter.take("chat", "ada", burst=3)
    assert refused.value.retry_after == 1
    limiter.take("chat", "bob", burst=3)
    clock.shift(1.01)
    limiter.take("chat", "ada", burst=3)
    with pytest.raises(TooMany):
        limiter.take("chat", "ada", burst=3)
    clock.shift(10)
    for _ in range(3):
        limiter.take("chat", "ada", burst=3)


def test_who_takes_one_whenever_it_is_back_never_gets_more(clock):
    limiter = Limiter()
    for _ in range(3):
        limiter.take("chat", "ada", burst=3)
    for _ in range(100):  # for longer than what is kept of them was first kept for
        clock.shift(1)
        limiter.take("chat", "ada", burst=3)
        with pytest.raises(TooMany):
            limiter.take("chat", "ada", burst=3)


def test_a_slower_token_says_when_it_is_back(clock):
    limiter = Limiter()
    limiter.take("mail", "ada", burst=1, every=60)
    clock.shift(20)
    with pytest.raises(TooMany) as refused:
        limiter.take("mail", "ada", burst=1, every=60)
    assert refused.value.retry_after == 40


class Counted:
    """The cache, which notes how many entries each call is about."""

    def __init__(self):
        self.entries = 0

    def __getattr__(self, name):
        def call(keys, *arguments, **options):
            self.entries += 1 if isinstance(keys, str) else len(keys)
            return getattr(cache, name)(keys, *arguments, **options)

        return call


def test_a_token_costs_the_same_whatever_the_burst(clock, monkeypatch):
    def cost(burst):
        counted = Counted()
        monkeypatch.setattr("core.limits.cache", counted)
        for _ in range(5):
            Limiter().take("chat", f"of {burst}", burst=burst)
        return counted.entries

    assert cost(1000) == cost(5)


@pytest.fixture(params=["memory", "redis"])
def shared_cache(request, monkeypatch):
    if request.param == "memory":
        yield
        return
    redis = RedisCache(request.getfixturevalue("own_redis").url, {})
    monkeypatch.setattr("core.limits.cache", redis)
    yield
    for pool in redis._cache._pools.values():
        pool.disconnect()


def test_of_many_at_once_as_many_get_a_token_as_there_are(shared_cache, monkeypatch):
    now = time.time()
    monkeypatch.setattr("core.limits._now", lambda: now)

    def take(_number):
        try:
            Limiter().take("chat", "ada", burst=5)
        except TooMany as refused:
            return refused.retry_after
        return None

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(take, range(60)))
    assert (answers.count(None), set(answers)) == (5, {None, 1})
