"""The bench of requests runs, and every way in it is answered as it expects."""

import json
import subprocess
import sys

import pytest

from bench.requests.ways import TICKET, WAYS, chosen
from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]


def test_every_way_is_measured_beside_the_plain_project(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.requests", "--rounds", "1", "--number", "2", "--crowds", "3", "5"]
    told = subprocess.run([*command, "--json", figures], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    found = {(row["way"], row["crowd"]): row for row in json.loads(figures.read_text())}
    for way in WAYS:
        name = f"{way.name} and connect" if way is TICKET else way.name
        for crowd in (3, 5) if way.crowds else (3,):
            row = found[name, crowd]
            assert row["multiple"] > 0
            assert row["statements"] > 0
    assert found["connect", 5]["median"] > 0
    assert {"bare view", "D1", "D20", "DC", "bare connect"} <= {name for name, crowd in found if crowd is None}
    assert "| vote | 5 |" in told.stdout


def test_a_way_is_profiled_with_its_statements():
    command = [sys.executable, "-m", "bench.requests", "--profile", "session", "--number", "1", "--crowds", "3"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "SQL SELECT" in told.stdout
    assert "function calls" in told.stdout


def test_the_packages_that_take_the_time_are_told():
    command = [sys.executable, "-m", "bench.requests", "--shares", "session,chat", "--number", "1", "--crowds", "3"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("| share of the time | session | chat |")
    assert "| django.db |" in told.stdout


def test_a_way_is_chosen_by_a_part_of_its_name_and_an_unknown_one_is_named():
    assert [way.name for way in chosen(["chat"])] == ["chat"]
    assert [way.name for way in chosen(["beat", "connect"])] == ["first heartbeat", "heartbeat", "ticket"]
    with pytest.raises(SystemExit, match="nothing-like-it"):
        chosen(["nothing-like-it"])
