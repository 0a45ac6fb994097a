"""The bench of the storm runs, and counts what became of everybody."""

import json
import subprocess
import sys

import pytest

from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]


def test_a_small_crowd_comes_in_and_is_counted(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.storm", "--people", "12", "--json", figures]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    found = json.loads(figures.read_text())
    assert (found["inside"], found["attended"], found["refused"]) == (12, 12, {})
    assert [found["steps"][step]["number"] for step in ("register", "ticket", "connect", "join")] == [12] * 4
