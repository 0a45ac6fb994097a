"""Totals of lists: counted only where a page does not say them, and kept where counting is dear."""

import pytest

from core import totals
from core.totals import total_of


class Counted:
    """Counts ``rows``, and how often it was asked."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.rows


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(totals, "_LARGE", 30)
    totals._kept.clear()


@pytest.mark.parametrize(("rows", "start", "shown"), [(3, 0, 3), (13, 10, 3), (0, 0, 0)])
def test_the_last_page_says_the_total_without_a_count(rows, start, shown):
    count = Counted(rows)
    assert total_of(count, start=start, limit=10, shown=shown) == rows
    assert count.times == 0


@pytest.mark.parametrize(("start", "shown"), [(0, 10), (20, 0)], ids=["a full page", "past the end"])
def test_any_other_page_counts(start, shown):
    count = Counted(13)
    assert total_of(count, start=start, limit=10, shown=shown, kept_as=("list", 1)) == 13
    assert total_of(count, start=start, limit=10, shown=shown, kept_as=("list", 1)) == 13
    assert count.times == 2  # it is no large list


def test_the_total_of_a_large_list_is_kept_for_whoever_it_is():
    count = Counted(31)
    mine = {"start": 0, "limit": 10, "shown": 10, "kept_as": ("list", "mine")}
    assert (total_of(count, **mine), total_of(count, **mine), count.times) == (31, 31, 1)
    assert total_of(count, **{**mine, "kept_as": ("list", "theirs")}) == 31
    assert count.times == 2


def test_a_kept_total_is_never_below_what_the_page_shows():
    count = Counted(31)
    assert total_of(count, start=0, limit=10, shown=10, kept_as=("list", 1)) == 31
    assert total_of(count, start=30, limit=10, shown=10, kept_as=("list", 1)) == 40


def test_nothing_is_kept_of_a_list_without_a_name():
    count = Counted(31)
    assert [total_of(count, start=0, limit=10, shown=10) for _ in range(2)] == [31, 31]
    assert count.times == 2
