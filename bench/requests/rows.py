"""The product's database from outside: between two batches its rows are put back as the first batch found them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.requests.world import BENCH


class Rows:
    """SQLite at ``path``, or PostgreSQL at ``url``."""

    def __init__(self, path: Path, url: str | None = None) -> None:
        self._path, self._url = path, url

    def as_before(self, session_id: str, known: Sequence[str] = ()) -> None:
        """The crowd of the session is there now and nobody else, but ``known``, whose last heartbeat was just now."""
        now, own = self._moment(), self._id(session_id)
        statements: list[tuple[str, list[tuple[Any, ...]]]] = [
            (
                "UPDATE live_sessions_presence SET seen_at = ? WHERE session_id = ? AND source = ?",
                [(now, own, BENCH)],
            ),
            ("DELETE FROM live_sessions_presence WHERE session_id = ? AND source <> ?", [(own, BENCH)]),
            (
                "UPDATE live_sessions_attendance SET present_since = NULL WHERE session_id = ? AND present_since IS NOT"
                " NULL AND user_id NOT IN (SELECT user_id FROM live_sessions_presence WHERE session_id = ?)",
                [(own, own)],
            ),
            (
                "INSERT INTO live_sessions_presence (session_id, user_id, source, role, seen_at)"
                " VALUES (?, ?, 'heartbeat', 'audience', ?)",
                [(own, self._id(each), now) for each in known],
            ),
        ]
        with closing(self._connect()) as connection:
            cursor = connection.cursor()
            for statement, rows in statements:
                if rows:
                    cursor.executemany(statement if self._url is None else statement.replace("?", "%s"), rows)
            connection.commit()

    def _connect(self) -> Any:
        return sqlite3.connect(self._path, timeout=20) if self._url is None else psycopg.connect(self._url)

    def _moment(self) -> Any:
        """Now, as the database has it."""
        now = datetime.now(UTC)
        return now.strftime("%Y-%m-%d %H:%M:%S.%f") if self._url is None else now

    def _id(self, text: str) -> str:
        return text.replace("-", "") if self._url is None else text
