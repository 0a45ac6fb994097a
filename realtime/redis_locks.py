"""Leases as locks in Redis. A module of its own: who has no Redis need not hold its client in memory."""

import logging
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError, LockNotOwnedError, RedisError
from redis.lock import Lock
from redis.retry import Retry

logger = logging.getLogger(__name__)

_TIMEOUT = 2.0  # seconds for one answer


def take(name: str, holder: str, seconds: float) -> bool:
    """Have the lease for ``seconds``, or renew it; False while another has it, or while Redis does not answer."""
    try:
        lock = _lock(name, holder, seconds)
        try:
            return lock.reacquire()
        except LockNotOwnedError:
            return bool(lock.acquire(blocking=False, token=holder))
    except RedisError as error:
        logger.warning("The lease %s could not be asked for: %s", name, error)
        return False


def give(name: str, holder: str, seconds: float) -> None:
    """Give it back; harmless when it is not held."""
    try:
        _lock(name, holder, seconds).release()
    except LockError:
        logger.debug("The lease %s was not held any more", name)
    except RedisError as error:
        logger.warning("The lease %s could not be given back: %s", name, error)


def _lock(name: str, holder: str, seconds: float) -> Lock:
    """The key as ours, whether or not it is: an answer that says so may have been lost on its way."""
    client = _client(settings.REDIS_URL)
    lock = Lock(client, f"lease:{name}", timeout=seconds, thread_local=False)
    lock.local.token = client.get_encoder().encode(holder)
    return lock


@cache
def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        protocol=2,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 1),
    )
