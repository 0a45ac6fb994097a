"""The bench of the fan-out runs: every server delivers everything."""

import json
import subprocess
import sys

import pytest

from tests.product import ROOT

pytestmark = [pytest.mark.product, pytest.mark.any_database]


def test_every_server_delivers_every_message_to_everybody(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.fanout", "--sockets", "8", "--rounds", "1", "--seconds", "0.3"]
    told = subprocess.run([*command, "--json", figures], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    rows = json.loads(figures.read_text())
    assert [row["server"] for row in rows] == ["this product", "stock Channels", "bare ASGI loop", "uvloop writer"]
    assert [row["lost"] for row in rows] == [0, 0, 0, 0]
