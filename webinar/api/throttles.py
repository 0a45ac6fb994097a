"""Limits of API operations, by client address."""

from rest_framework.request import Request

from base.addresses import client_address
from base.limits import Limiter

__all__ = ["MINUTE", "Limiter", "client_address", "limit_by_address"]

MINUTE = 60


def limit_by_address(request: Request, name: str, limit: int, seconds: int = MINUTE) -> None:
    """Count this call for the client's address. Raises TooMany beyond ``limit`` in ``seconds``."""
    Limiter().check(name, client_address(request._request), limit, seconds)
