"""Django's SQLite, whose write transactions wait for each other in ``core.write_queue`` and not in SQLite.

A transaction takes its place before BEGIN IMMEDIATE and gives it back once nothing is open any more: after COMMIT,
ROLLBACK, or when the connection closes. A statement that writes outside a transaction is one of its own. Reads outside
transactions never wait. Another process beside this one (``manage.py create_host``) is waited for by SQLite itself, for
its ``timeout``; after that the answer is Busy as well.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from core.errors import Busy
from core.refusals import was_refused, writes
from core.write_queue import Place, queue_of

__all__ = ["DatabaseBusy", "DatabaseWrapper"]


class DatabaseBusy(Busy, OperationalError):
    """Another process wrote for longer than SQLite's timeout."""


@lru_cache(maxsize=512)
def _with_question_marks(query: str) -> str:
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))


class QueuedCursor(base.SQLiteCursorWrapper):
    """A statement that writes outside a transaction waits for its turn."""

    wrapper: "DatabaseWrapper"
    _kept: Iterator[Any] | None = None  # rows of such a statement

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """As Django's, but once for a query that comes again: it reads all of its text."""
        return _with_question_marks(query) if param_names is None else str(query % {n: f":{n}" for n in param_names})

    def execute(self, query: str, params: Any = None) -> Any:
        self._kept = None
        if self.wrapper.has_place or not writes(query):
            return super().execute(query, params)
        with self.wrapper.turn():
            result = super().execute(query, params)
            if self.description is not None:  # RETURNING: it is over, and lets others write, when all rows are read
                self._kept = iter(super().fetchall())
        return result

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        self._kept = None
        if self.wrapper.has_place:
            return super().executemany(query, param_list)
        with self.wrapper.turn():
            return super().executemany(query, param_list)

    def fetchone(self) -> Any:
        return super().fetchone() if self._kept is None else next(self._kept, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        size = self.arraysize if size is None else size
        if self._kept is None:
            return super().fetchmany(size)
        return [row for _number, row in zip(range(size), self._kept, strict=False)]

    def fetchall(self) -> list[Any]:
        return super().fetchall() if self._kept is None else list(self._kept)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # rows, as DB-API has it
        return super().__iter__() if self._kept is None else self._kept


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of one thread."""

    _place: Place | None = None

    @property
    def has_place(self) -> bool:
        """Whether it is this connection's turn to write."""
        return self._place is not None

    @contextmanager
    def turn(self) -> Generator[None]:
        """Around what may write. A transaction that it began keeps the place until it ends. Raises Busy."""
        self._place = queue_of(str(self.settings_dict["NAME"])).take(self)
        try:
            yield
        except (sqlite3.OperationalError, OperationalError) as error:
            if not was_refused(error):
                raise
            raise DatabaseBusy from error
        finally:
            self._settle()

    def create_cursor(self, name: str | None = None) -> QueuedCursor:
        cursor: QueuedCursor = self.connection.cursor(factory=QueuedCursor)
        cursor.wrapper = self
        return cursor

    def undo_for_lost_thread(self) -> None:
        """The thread whose connection this is died: roll back what it had begun. Called in another thread."""
        if self.connection is not None:
            self.connection.rollback()

    def _start_transaction_under_autocommit(self) -> None:
        with self.turn():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # Django's stubs leave these out

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._settle()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._settle()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _settle(self) -> None:
        """Give the place back unless a transaction is open."""
        try:
            is_open = self.connection is not None and self.connection.in_transaction
        except sqlite3.ProgrammingError:  # it was closed past us
            is_open = False
        if not is_open:
            self._give_back()

    def _give_back(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            place.give_back()
