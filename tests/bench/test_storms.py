"""The storms of bench-full run: votes are counted exactly, and who comes back gets what was missed."""

import json
import subprocess
import sys

import pytest

from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]
WITH_REDIS = [sys.executable, "-m", "bench.with_redis"]


def bench(folder, *command):
    figures = folder / "figures.json"
    told = subprocess.run([*command, "--json", figures], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return json.loads(figures.read_text())


def test_every_vote_is_counted(tmp_path):
    found = bench(tmp_path, sys.executable, "-m", "bench.storm.votes", "--voters", "9", "--seconds", "0.2")
    assert (found["counted"], found["is_exact"]) == (9, True)


def test_everybody_comes_back_with_what_they_missed(tmp_path):
    command = [*WITH_REDIS, sys.executable, "-m", "bench.storm.reconnects", "--sockets", "6", "--seconds", "0.2"]
    found = bench(tmp_path, *command, "--messages", "5")
    assert (found["back"], found["replayed"], found["failures"]) == (6, 6, {})


def test_everybody_hears_who_speaks_a_lot_while_the_api_answers(tmp_path):
    command = [*WITH_REDIS, sys.executable, "-m", "bench.storm.reconnects", "--sockets", "6", "--speak"]
    found = bench(tmp_path, *command, "--seconds", "1", "--rate", "20")
    assert found["lost"] == 0
    assert found["api"]["p50"] > 0
