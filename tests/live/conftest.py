"""The real LiveKit, and its absence."""

import pytest

from tests.live.participants import clients_of
from tests.livekit import livekit, livekit_process  # noqa: F401 — fixtures
from tests.ports import free_port


@pytest.fixture
def livekit_down(settings):
    """Nothing answers at LiveKit's address."""
    settings.LIVEKIT_URL = f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def clients(livekit):  # noqa: F811
    """Python participants of the running LiveKit."""
    with clients_of(livekit.socket_url) as found:
        yield found
