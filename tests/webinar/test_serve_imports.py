"""What only engines, exports and rare pages need is not in the memory of a product that has just started."""

import os
import subprocess
import sys

from tests.product import ROOT

LOOK = """
import sys, django
django.setup()
import webinar.serve.runner
from django.urls import get_resolver
get_resolver().reverse_dict
print(*sorted({"av", "numpy", "PIL", "livekit.rtc", "aiortc", "xlsxwriter", "icalendar", "segno", "boto3"} & sys.modules.keys()))
"""


def test_serve_starts_without_what_engines_and_exports_need(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "webinar.settings", "DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.split()) == (0, []), ended.stderr
