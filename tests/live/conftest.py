"""The real LiveKit, and its absence."""

import pytest

from tests.livekit import livekit, livekit_process  # noqa: F401 — fixtures
from tests.ports import free_port


@pytest.fixture
def livekit_down(settings):
    """Nothing answers at LiveKit's address."""
    settings.LIVEKIT_URL = f"http://127.0.0.1:{free_port()}"
