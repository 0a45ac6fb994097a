"""Limits of API operations, by the client's network."""

from rest_framework.request import Request

from core.addresses import client_network
from core.errors import TooManyFromNetwork
from core.limits import Limiter

__all__ = ["MINUTE", "Limiter", "limit_by_network", "network_of_request"]

MINUTE = 60


def network_of_request(request: Request) -> str:
    """The client's network, as limits count it."""
    return client_network(request._request)


def limit_by_network(request: Request, name: str, limit: int, seconds: int = MINUTE) -> None:
    """Count this call against its network's limit. Raises TooMany beyond ``limit`` in ``seconds``."""
    Limiter().check(name, network_of_request(request), limit, seconds, TooManyFromNetwork)
