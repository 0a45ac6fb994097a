"""The client address of a request; forwarded headers are believed only from trusted proxies."""

import logging
import threading
from enum import StrEnum
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
#: This machine, RFC 1918, RFC 4193, link-local.
_PRIVATE = ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")
_ROUTES = Path("/proc/net/route")
_hidden = threading.Event()


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]


def is_trusted(address: str) -> bool:
    """Whether this is one of TRUSTED_PROXIES."""
    return _is_in(address, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4096)
def _is_in(address: str, networks: tuple[str, ...]) -> bool:
    try:
        return any(ip_address(address) in network for network in _networks(networks))
    except ValueError:
        return False


def client_address(request: HttpRequest) -> str:
    """The client's IP address.

    ``X-Forwarded-For`` is read from its end, one step for each trusted proxy, so that an entry made up by the client is
    never believed.
    """
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    proxies = tuple(settings.TRUSTED_PROXIES)
    client, hidden_by = _client(str(request.META.get("REMOTE_ADDR") or ""), forwarded, proxies, container_gateway())
    if hidden_by is not None:
        _warn(hidden_by)
    return client


class _HiddenBy(StrEnum):
    """What sent a request in place of its client."""

    STRANGER = "stranger"
    PROXY = "proxy"
    GATEWAY = "gateway"


@lru_cache(maxsize=4096)
def _client(
    address: str, forwarded: str, _proxies: tuple[str, ...], gateway: str | None
) -> tuple[str, _HiddenBy | None]:
    """The client, and what may hide who it is. The same ones come again; a head that they send is bounded."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    hidden_by = None
    if address and not is_trusted(address):
        if hops and address not in hops:  # were it among them, the server had read it from a trusted proxy's header
            hidden_by = _HiddenBy.PROXY if _is_private(address) else _HiddenBy.STRANGER
        elif address == gateway:
            hidden_by = _HiddenBy.GATEWAY
    while hops and is_trusted(address):
        address = hops.pop()
    try:
        return str(ip_address(address)), hidden_by
    except ValueError:
        return "unknown", hidden_by


def _warn(hidden_by: _HiddenBy) -> None:
    if hidden_by == _HiddenBy.GATEWAY:
        _warn_of_gateway()
    else:
        _warn_of_proxy()
    if hidden_by != _HiddenBy.STRANGER:
        _hidden.set()


@lru_cache(maxsize=1)
def _warn_of_proxy() -> None:
    """Once a process: it may be a client that made the header up, or a proxy behind which everybody is one address."""
    logger.warning(
        "X-Forwarded-For came from an address that is not in TRUSTED_PROXIES and is not believed. If a proxy stands in "
        "front of this product, everybody behind it counts as one address for every limit: name it in TRUSTED_PROXIES."
    )


@lru_cache(maxsize=1)
def _warn_of_gateway() -> None:
    """Once a process: container engines forward connections in ways that hide where they come from."""
    logger.warning(
        "Requests come from the gateway of this container, so everybody counts as one address for every limit. Let a "
        "proxy forward them with X-Forwarded-For and name it in TRUSTED_PROXIES, or run it in the host's network."
    )


def clients_are_hidden() -> bool:
    """Whether requests came to this process through something on its own network that hides who sent them, so that
    everybody counts as one address.
    """
    return _hidden.is_set()


@cache
def container_gateway() -> str | None:
    """The address that a container's forwarded connections come from; None outside of containers."""
    if not any(Path(mark).exists() for mark in _CONTAINER_MARKS):
        return None
    try:
        rows = [line.split() for line in _ROUTES.read_text().splitlines()[1:]]
        return next((str(IPv4Address(bytes.fromhex(row[2])[::-1])) for row in rows if row[1] == "00000000"), None)
    except (OSError, ValueError, IndexError):
        return None


def _is_private(address: str) -> bool:
    """Whether it belongs to this machine or its network: anybody else may make headers up."""
    return _is_in(address, _PRIVATE)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The unit that limits by address count: an IPv4 address itself, or the /64 of an IPv6 address, which is one
    subscriber's.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(ip_network((parsed, 64), strict=False)) if mapped is None else str(mapped)
    return str(parsed)


def client_network(request: HttpRequest) -> str:
    """The network that a request counts for in limits."""
    return network_of(client_address(request))
