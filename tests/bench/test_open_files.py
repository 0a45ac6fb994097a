"""What a system allows of open files decides how many servers the fan-out is measured at in turn."""

import resource

import pytest

from bench.fanout.measure import _fitting


@pytest.fixture
def few_files(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (20_000, 20_000))

    def refuse(_what, _limits):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)


def test_all_servers_take_turns_where_their_sockets_fit(few_files):
    assert _fitting(1000, 4) == 4


def test_some_take_turns_where_there_are_too_few(few_files):
    assert (_fitting(5000, 4), _fitting(10_000, 4)) == (3, 1)


def test_a_room_that_fits_at_no_server_is_refused(few_files):
    with pytest.raises(SystemExit, match="files must be allowed"):
        _fitting(20_000, 4)
