"""A throw-away PostgreSQL for tests that start the product beside it."""

import subprocess
import sys

import pytest

from tests.product import ROOT


@pytest.fixture(scope="module")
def postgresql_url():
    """DATABASE_URL of an empty database of the module's own."""
    tell_and_wait = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"
    command = [sys.executable, ROOT / "tools" / "postgres.py", sys.executable, "-c", tell_and_wait]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        assert url.startswith("postgresql://"), url
        yield url
        server.stdin.close()
        server.wait(60)
