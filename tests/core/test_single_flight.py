"""Making a thing once, however many ask for it at the same time."""

import asyncio

import pytest
from cachetools import LRUCache, TLRUCache

from core.single_flight import SingleFlight


class Maker:
    """Makes numbers, each when it is let go."""

    def __init__(self):
        self.made, self.go_on = 0, asyncio.Event()

    async def __call__(self):
        await self.go_on.wait()
        self.made += 1
        return self.made


async def test_many_at_once_and_those_who_come_later_get_the_same():
    flight, make = SingleFlight(LRUCache(10)), Maker()
    asking = [asyncio.create_task(flight.get("x", make)) for _ in range(20)]
    await asyncio.sleep(0)
    make.go_on.set()
    assert await asyncio.gather(*asking) == [1] * 20
    assert await flight.get("x", make) == 1
    assert await flight.get("y", make) == 2


async def test_what_has_run_out_is_made_anew():
    flight, make = SingleFlight(TLRUCache(10, lambda _key, _value, now: now)), Maker()
    make.go_on.set()
    assert [await flight.get("x", make), await flight.get("x", make)] == [1, 2]


async def test_a_failure_is_told_to_all_who_wait_and_not_kept():
    flight, make = SingleFlight(LRUCache(10)), Maker()

    async def fail():
        await make.go_on.wait()
        raise ZeroDivisionError

    asking = [asyncio.create_task(flight.get("x", fail)) for _ in range(3)]
    await asyncio.sleep(0)
    make.go_on.set()
    failed = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(error) for error in failed] == [ZeroDivisionError] * 3
    assert await flight.get("x", make) == 1


async def test_who_gives_up_waiting_does_not_keep_it_from_the_others():
    flight, make = SingleFlight(LRUCache(10)), Maker()
    impatient, patient = (asyncio.create_task(flight.get("x", make)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    make.go_on.set()
    assert await patient == 1
