"""Counters in fixed windows."""

import time
from datetime import UTC, datetime

import pytest
import time_machine

from base.errors import TooMany
from base.limits import Limiter


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("base.limits._now", lambda: time.time())  # the windows of the clock itself
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


def test_only_failures_count_where_failures_are_limited(clock):
    limiter = Limiter()
    for _ in range(5):
        limiter.guard("login", "ada", 2, 60)
    limiter.fail("login", "ada", 60)
    limiter.guard("login", "ada", 2, 60)
    limiter.fail("login", "ada", 60)
    with pytest.raises(TooMany):
        limiter.guard("login", "ada", 2, 60)
    limiter.forget("login", "ada", 60)
    limiter.guard("login", "ada", 2, 60)


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
