"""What a database may refuse although nothing is wrong: a deadlock, a serialization failure, a lock held for too long.

PostgreSQL then undoes the transaction and leaves it to the caller to come again. :func:`once_more` does, in one place
for requests, commands and tasks alike, and only when nothing was committed before: so nothing happens twice. What is
refused again is Busy: 503, never a 500.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, transaction

from core.errors import Busy
from core.limits import counting

T = TypeVar("T")

_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT = "40P01", "40001", "55P03"
_SQLITE_BUSY = (5, 6)  # primary result codes: another process, or another connection, has the lock
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "REINDEX", "VACUUM", "ANALYZE")


def writes(query: str) -> bool:
    """Whether this statement, by its first word, writes."""
    return query[:200].lstrip()[:10].upper().startswith(_WRITES)


def was_refused(error: BaseException) -> bool:
    """Whether the same, tried again, may well succeed."""
    for each in (error, error.__cause__):
        if getattr(each, "sqlstate", None) in (_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT):
            return True
        if getattr(each, "sqlite_errorcode", 0) & 0xFF in _SQLITE_BUSY:
            return True
    return False


class Attempt:
    """Watches whether anything is committed."""

    def __init__(self) -> None:
        self.has_committed = False

    def __call__(self, execute: Callable[..., T], sql: str, params: Any, many: bool, context: dict[str, Any]) -> T:
        """As a wrapper of the connection's statements (Django's ``execute_wrapper``)."""
        result = execute(sql, params, many, context)
        if not self.has_committed and writes(sql):
            if context["connection"].in_atomic_block:
                context["connection"].on_commit(self._committed)
            else:
                self.has_committed = True
        return result

    def _committed(self) -> None:
        self.has_committed = True


def once_more(work: Callable[[], T]) -> T:
    """What ``work`` gives, which is done again when the database refused it with nothing committed yet.

    Within a transaction of the caller, who must then begin again, it is done once. Raises Busy.
    """
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        return work()
    attempt = Attempt()
    with counting() as counted:
        try:
            with connection.execute_wrapper(attempt):
                return work()
        except OperationalError as error:
            if not _may_succeed(error):
                raise
            if attempt.has_committed:
                raise Busy from error
    for place in counted:  # it counts once
        place.give_back()
    try:
        return work()
    except OperationalError as error:
        if not _may_succeed(error):
            raise
        raise Busy from error


def _may_succeed(error: OperationalError) -> bool:
    """Whether the same is worth another try; who waited long already is not to wait again."""
    return was_refused(error) and not isinstance(error, Busy)
