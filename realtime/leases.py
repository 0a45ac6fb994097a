"""Who of several processes does what only one may do at a time.

With Redis a lease is a key that its holder renews and that runs out when the holder dies. Without Redis there is one
process (a system check sees to it), which holds every lease.
"""

import logging
import threading
import time
import weakref
from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.secrets import new_token

logger = logging.getLogger(__name__)

_TIMEOUT = 2.0  # seconds for one answer

# KEYS: the lease. ARGV: who asks, milliseconds.
_TAKE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
_GIVE = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0"

_all: "weakref.WeakSet[Lease]" = weakref.WeakSet()


@cache
def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        protocol=2,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 1),
    )


class Lease:
    """The right, for ``seconds`` at a time, to do what is called ``name``.

    ``holder`` says who asks: this object, so that two leases of one name exclude each other within a process too.
    """

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.holder = new_token(size=12)
        self._guard = threading.Lock()
        self._sure_until = 0.0
        self._asked = False
        _all.add(self)

    def holds(self) -> bool:
        """Take or renew it; False while somebody else has it, or while Redis does not answer."""
        if not settings.REDIS_URL:
            return True
        began = time.monotonic()
        with self._guard:
            if began < self._sure_until:
                return True
            self._asked = True
            if not self._run(_TAKE, round(self.seconds * 1000)):
                return False
            # Counted from before the call, and well before it runs out: nobody else can have it until then.
            self._sure_until = began + self.seconds / 3
            return True

    def release(self) -> None:
        """Let others have it now; harmless when it is not held."""
        with self._guard:
            self._sure_until = 0.0
            if self._asked and settings.REDIS_URL:
                self._asked = False
                self._run(_GIVE)

    def _run(self, script: str, *values: Any) -> bool:
        try:
            return bool(_client(settings.REDIS_URL).eval(script, 1, f"lease:{self.name}", self.holder, *values))
        except RedisError as error:
            logger.warning("The lease %s could not be asked for: %s", self.name, error)
            return False


def release_all() -> None:
    """The process stops: others need not wait until its leases run out."""
    for lease in list(_all):
        lease.release()
