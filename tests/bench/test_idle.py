"""The bench of an idle product runs, and tells its memory with a crowd."""

import json
import subprocess
import sys

import pytest

from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]


def test_every_process_and_a_small_crowd_are_measured():
    command = [sys.executable, "-m", "bench.idle", "--seconds", "1", "--people", "5", "--json"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert "serve" in {each["name"] for each in found["processes"]}
    assert found["crowd"]["people"] == 5
    assert 0 < found["crowd"]["memory"] < 1000
