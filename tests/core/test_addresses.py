"""Which address counts."""

import threading

import pytest
from django.test import RequestFactory

from core import addresses
from core.addresses import client_address, network_of


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["127.0.0.1"], "127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        (["127.0.0.1"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "nonsense", "unknown"),
        (["::1"], "::1", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_forwarded_addresses_count_as_far_as_proxies_are_trusted(settings, proxies, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_counts_as_one_address(address, network):
    assert network_of(address) == network


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch):
    monkeypatch.setattr(addresses, "_hidden", threading.Event())


def test_what_hides_everybody_is_known_from_private_addresses_alone(settings, monkeypatch):
    request = RequestFactory().get
    forwarded = {"X-Forwarded-For": "198.51.100.1"}
    monkeypatch.setattr(addresses, "container_gateway", lambda: "172.18.0.1")
    settings.TRUSTED_PROXIES = ["172.18.0.9"]
    client_address(request("/", REMOTE_ADDR="203.0.113.9", headers=forwarded))  # anybody can make a header up
    client_address(request("/", REMOTE_ADDR="172.18.0.9", headers=forwarded))
    client_address(request("/", REMOTE_ADDR="192.168.1.7"))
    assert not addresses.clients_are_hidden()
    client_address(request("/", REMOTE_ADDR="172.18.0.7", headers=forwarded))
    assert addresses.clients_are_hidden()


def test_a_container_whose_gateway_forwards_everybody_is_told_of_once(settings, monkeypatch, caplog):
    addresses._warn_of_gateway.cache_clear()
    monkeypatch.setattr(addresses, "container_gateway", lambda: "172.18.0.1")
    for _ in range(2):
        client_address(RequestFactory().get("/", REMOTE_ADDR="172.18.0.1"))
    assert addresses.clients_are_hidden()
    [told] = caplog.records
    assert "gateway of this container" in told.message


def test_the_gateway_is_that_of_a_container_and_of_nothing_else(monkeypatch, tmp_path):
    mark, routes = tmp_path / "mark", tmp_path / "route"
    monkeypatch.setattr(addresses, "_CONTAINER_MARKS", (str(mark),))
    monkeypatch.setattr(addresses, "_ROUTES", routes)
    read = addresses.container_gateway.__wrapped__
    routes.write_text("Iface\tDestination\tGateway\neth0\t0000A8C0\t00000000\neth0\t00000000\t010012AC\n")
    assert read() is None
    mark.touch()
    assert read() == "172.18.0.1"
    routes.write_text("nonsense\n\neth0")
    assert read() is None


def test_a_proxy_that_is_not_trusted_is_told_of_once(settings, caplog):
    addresses._warn_of_proxy.cache_clear()
    factory = RequestFactory()
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    client_address(factory.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "198.51.100.1"}))
    client_address(factory.get("/", REMOTE_ADDR="198.51.100.1", headers={"X-Forwarded-For": "198.51.100.1"}))
    client_address(factory.get("/", REMOTE_ADDR="203.0.113.9"))
    assert caplog.records == []
    for _ in range(3):
        client_address(factory.get("/", REMOTE_ADDR="172.17.0.1", headers={"X-Forwarded-For": "198.51.100.1"}))
    [told] = caplog.records
    assert "TRUSTED_PROXIES" in told.message
