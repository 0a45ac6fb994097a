"""What `migrate` says of a database that another version made."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_database_of_0_1_is_left_alone_and_the_folder_is_named(tmp_path, command):
    database = tmp_path / "webinar.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar, name varchar, applied datetime)"
        )
        rows = [("accounts", "0001_initial"), ("live_sessions", "0001_initial"), ("live_sessions", "0002_people")]
        connection.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01 00:00:00')", rows
        )
        connection.execute("CREATE TABLE accounts_user (id integer, email varchar)")
        connection.execute("INSERT INTO accounts_user VALUES (1, 'host@example.com')")
    own = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "PORT": str(free_port())}
    media = {"LIVEKIT_URL": "http://127.0.0.1:9", "LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "s" * 32}
    environment = {**os.environ, **own, **media}
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert f"The database in {tmp_path} was made by another version" in done.stderr
    assert "Traceback" not in done.stderr
    with sqlite3.connect(database) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == {"django_migrations", "accounts_user"}
        assert connection.execute("SELECT email FROM accounts_user").fetchall() == [("host@example.com",)]
