"""Who gets a place among the connections, and when it is free again."""

import asyncio

import pytest

from webinar.serve import connections as module
from webinar.serve.connections import Connections, Full, Place, connection_limit


class Transport:
    """What a place asks of one."""

    def __init__(self) -> None:
        self.unsent = 0
        self.is_ended = self.is_leaving = False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.is_leaving

    def abort(self) -> None:
        self.is_ended = True


async def test_an_address_has_so_many_and_others_have_theirs():
    book = Connections(10, 2)
    first, _second = book.admit("192.0.2.1"), book.admit("192.0.2.1")
    with pytest.raises(Full) as refused:
        book.admit("192.0.2.1")
    assert refused.value.of_address
    book.admit("192.0.2.2")
    first.release()
    first.release()
    book.admit("192.0.2.1")
    assert len(book) == 3


async def test_a_network_of_ipv6_counts_as_one_address():
    book = Connections(10, 1)
    book.admit("2001:db8:0:1::1")
    with pytest.raises(Full):
        book.admit("2001:db8:0:1:ffff::2")
    book.admit("2001:db8:0:2::1")
    book.admit("::ffff:192.0.2.1")
    with pytest.raises(Full):
        book.admit("192.0.2.1")


async def test_a_trusted_proxy_is_not_counted_as_an_address_but_among_all(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    book = Connections(3, 1)
    for _ in range(3):
        book.admit("10.1.2.3")
    with pytest.raises(Full) as refused:
        book.admit("10.1.2.3")
    assert not refused.value.of_address


async def test_nothing_is_kept_of_who_has_gone():
    book = Connections(10, 5)
    places = [book.admit(f"192.0.2.{number % 4}") for number in range(10)]
    for place in places:
        place.release()
    assert (len(book), book._of) == (0, {})


def looked_at(place: Place, transport: Transport, *unsent: int) -> bool:
    """Whether it is ended when so much was unsent at looks that are 10 seconds apart."""
    place.transport = transport
    for number, size in enumerate(unsent):
        transport.unsent = size
        place.look(100.0 + 10 * number, patience=25)
    return transport.is_ended


@pytest.mark.parametrize(
    ("unsent", "is_ended"),
    [
        ((500, 500, 500), False),
        ((500, 500, 500, 500), True),
        ((500, 400, 300, 200, 100), False),
        ((500, 500, 400, 400, 300), False),
        ((500, 500, 0, 500, 500), False),
        ((0, 0, 0, 0), False),
        ((500, 600, 700, 800), True),
    ],
)
async def test_a_peer_that_takes_nothing_is_let_go(unsent, is_ended):
    assert looked_at(Connections(1, 1).admit("192.0.2.1"), Transport(), *unsent) is is_ended


async def test_a_paused_video_may_stand_still_until_it_is_to_end():
    place, transport = Connections(1, 1).admit("192.0.2.1"), Transport()
    place.is_patient = True
    assert not looked_at(place, transport, 500, 500, 500, 500, 500)
    transport.is_leaving = True
    place.look(200.0, patience=25)
    assert transport.is_ended


async def test_what_is_written_again_and_again_counts_as_taken():
    """The buffer is full at each look, but it was empty between them."""
    place, transport = Connections(1, 1).admit("192.0.2.1"), Transport()
    place.transport, transport.unsent = transport, 500
    began = asyncio.get_running_loop().time()
    for _ in range(5):
        place.look(began + 20, patience=25)
        place.moved()
    place.look(began + 24, patience=25)
    assert not transport.is_ended


def test_as_many_connections_as_the_system_allows_files(monkeypatch, settings):
    settings.CONNECTIONS = 10_000
    asked = []
    monkeypatch.setattr(module.resource, "setrlimit", lambda _kind, limits: asked.append(limits))
    for soft, hard, limit, wanted in (
        (1024, 100_000, 10_000, [(10_500, 100_000)]),
        (1024, 4096, 3596, [(4096, 4096)]),
        (600, 600, 300, []),
        (65_536, module.resource.RLIM_INFINITY, 10_000, []),
    ):
        asked.clear()
        monkeypatch.setattr(module.resource, "getrlimit", lambda _kind, pair=(soft, hard): pair)
        assert connection_limit() == limit
        assert asked == wanted
