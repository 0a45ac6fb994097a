"""Loaded before Django reads its settings (see pytest.ini): tests never touch the developer's own data."""

import os
import sys
import tempfile

# Thousands of asserts are rewritten once, and every product that is started finds its modules compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="webinar-tests-")
os.environ.setdefault("DEMO_HOST_PASSWORD", "not-used-in-tests")
