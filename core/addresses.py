"""The client address of a request; forwarded headers are believed only from trusted proxies."""

import logging
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]


def is_trusted(address: str) -> bool:
    """Whether this is one of TRUSTED_PROXIES."""
    try:
        return any(ip_address(address) in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))
    except ValueError:
        return False


def client_address(request: HttpRequest) -> str:
    """The client's IP address.

    ``X-Forwarded-For`` is read from its end, one step for each trusted proxy, so that an entry made up by the client is
    never believed.
    """
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return _client(str(request.META.get("REMOTE_ADDR") or ""), forwarded, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4096)
def _client(address: str, forwarded: str, _proxies: tuple[str, ...]) -> str:
    """The same clients come again; a head that they send is bounded (HEAD_LIMIT)."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if hops and address and address not in hops and not is_trusted(address):
        _warn_of_proxy()  # were the address among them, the server itself had read it from a trusted proxy's header
    while hops and is_trusted(address):
        address = hops.pop()
    try:
        return str(ip_address(address))
    except ValueError:
        return "unknown"


@lru_cache(maxsize=1)
def _warn_of_proxy() -> None:
    """Once a process: it may be a client that made the header up, or a proxy behind which everybody is one address."""
    logger.warning(
        "X-Forwarded-For came from an address that is not in TRUSTED_PROXIES and is not believed. If a proxy stands in "
        "front of this product, everybody behind it counts as one address for every limit: name it in TRUSTED_PROXIES."
    )


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
