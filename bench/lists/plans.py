"""How PostgreSQL answers the statements behind a list: the plan of the one that takes longest.

Run as a process of its own with the product's environment: reads ``{"token": …, "paths": {name: path}}``.
"""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

_LONGEST = 30  # lines of a plan


def plan(token: str, path: str) -> str:
    """``EXPLAIN ANALYZE`` of the slowest SELECT that a request for ``path`` makes."""
    client = Client(SERVER_NAME="localhost", headers={"accept": "application/json"})
    headers = {"Authorization": f"Bearer {token}"}
    with CaptureQueriesContext(connection) as captured:
        reply = client.get(path, headers=headers)
        if reply.status_code != 200:
            raise SystemExit(f"{path}: {reply.status_code} {reply.content[:300]!r}")
    selects = {each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")}
    slowest = max(sorted(selects), key=_seconds)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + slowest.replace("%", "%%"), [])
        lines = [row[0] for row in cursor.fetchall()]
    return "\n".join([*lines[:_LONGEST], *(lines[-1:] if len(lines) > _LONGEST else [])])


def _seconds(statement: str) -> float:
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%", "%%"), [])
        cursor.fetchall()
    return time.monotonic() - start


def main(wanted: dict[str, Any]) -> None:
    print(json.dumps({name: plan(wanted["token"], path) for name, path in wanted["paths"].items()}))


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
