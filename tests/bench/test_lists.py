"""The bench of long lists runs: rows are as many as were wanted, pages and exports are answered, plans are told."""

import json
import os
import subprocess
import sys

import pytest

from tests.postgresql import postgresql_url  # noqa: F401 — a fixture
from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]


def test_lists_and_exports_are_measured_with_their_plans(tmp_path, postgresql_url):  # noqa: F811
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.lists", "--people", "150", "--messages", "120", "--sessions", "30"]
    told = subprocess.run(
        [*command, "--number", "2", "--json", figures],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgresql_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(figures.read_text())
    assert found["exports"]["attendance"]["rows"] > 150
    assert found["exports"]["chat"]["rows"] > 120
    assert set(found["plans"]) == set(found["pages"])
    assert all("Execution Time" in plan for plan in found["plans"].values())
