"""Which parts run, here and in other processes: a process cannot see by itself that nobody does what it leaves out.

Each process says every so often in the common cache what it runs; health tells of parts that nobody has named lately.
"""

import structlog
from django.conf import settings
from django.core.cache import cache

from core.background import BackgroundThread
from webinar.serve.parts import ALL, Parts

logger = structlog.get_logger(__name__)

EVERY = 15.0  # seconds
HOLDS = 60  # seconds after which a part counts as missing
_PREFIX = "serve:part:"

_here: list[Parts] = []


def parts_here() -> Parts:
    """The parts of this process; none where it was not started by `serve`."""
    return _here[-1] if _here else ()


def parts_missing() -> Parts:
    """The parts that neither this process nor another one runs; none where that cannot be known."""
    here = parts_here()
    if not here or here == ALL or not settings.REDIS_URL:
        return ()
    try:
        elsewhere = cache.get_many([_PREFIX + part for part in ALL])
    except Exception as error:  # noqa: BLE001 — health says by itself that Redis is away
        logger.warning("Which parts run elsewhere could not be asked", reason=str(error))
        return ()
    return tuple(part for part in ALL if part not in here and _PREFIX + part not in elsewhere)


class RollCall:
    """The thread that says what this process runs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._thread = BackgroundThread("roll-call", self._run)

    def start(self) -> None:
        """Begin."""
        _here.append(self._parts)
        if settings.REDIS_URL:
            self._thread.start()

    def stop(self) -> None:
        """Say no more; what was said runs out, for another process may run the same."""
        self._thread.stop()

    def _run(self) -> None:
        while True:
            try:
                cache.set_many(dict.fromkeys((_PREFIX + part for part in self._parts), 1), HOLDS)
            except Exception as error:  # noqa: BLE001 — whatever it is, health says the same
                logger.warning("The parts of this process could not be told", reason=str(error))
            if self._thread.pause(EVERY):
                return
