"""Whether a transaction waits for another one, whatever the database."""

from django.db import connection

from core.write_queue import queue_of


def someone_waits() -> bool:
    """In SQLite's case in the queue of this process, in PostgreSQL's for a lock."""
    if connection.vendor == "sqlite":
        return queue_of(str(connection.settings_dict["NAME"])).waiting > 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
