"""Loaded before Django reads its settings (see pytest.ini): tests never touch the developer's own data."""

import os
import tempfile

os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="webinar-tests-")
os.environ.setdefault("DEMO_HOST_PASSWORD", "not-used-in-tests")
