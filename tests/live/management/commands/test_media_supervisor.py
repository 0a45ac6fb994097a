"""`manage.py media_supervisor` in a process of its own."""

import signal
import subprocess
import sys

import pytest

from tests.livekit import PATIENCE, until
from tests.migrated import copy_migrated
from tests.product import ROOT, Product, children_of, is_running

pytestmark = pytest.mark.product


def test_it_runs_the_gateway_and_a_signal_ends_both(tmp_path):
    place = Product(tmp_path)
    copy_migrated(place.data_dir / "webinar.sqlite3")
    command = [sys.executable, "manage.py", "media_supervisor"]
    with subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=subprocess.DEVNULL) as process:
        try:
            [gateway] = until(lambda: children_of(process.pid), "the gateway for encoders")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
    assert not is_running(gateway)
