"""The socket's commands ``hand.raise`` and ``hand.lower``."""

import pytest

from core.errors import Invalid, NotAllowed
from sessions.queries import find_session
from sockets.commands import COMMANDS
from stage.models import HandRaise
from tests.conftest import as_person


@pytest.fixture
def command(live_session, no_media):
    def run(user, name, **data):
        person = as_person(user)
        return COMMANDS[name](person, find_session(person, live_session.pk), data)

    return run


@pytest.fixture
def no_media(livekit_down):
    """Nothing here needs the media engine."""


def test_raise_and_lower(command, grace):
    hand = command(grace, "hand.raise", message="Why?")
    assert (hand["status"], hand["message"], hand["position"]) == ("pending", "Why?", 1)
    assert command(grace, "hand.raise")["id"] == hand["id"]
    assert command(grace, "hand.lower") == command(grace, "hand.lower") == {}
    assert not HandRaise.objects.get().is_pending


def test_refusals(command, grace, guest, host):
    with pytest.raises(NotAllowed):
        command(grace, "hand.raise", participant_identity=str(host.pk))
    with pytest.raises(NotAllowed):
        command(host, "hand.raise")
    with pytest.raises(Invalid):
        command(grace, "hand.raise", message=1)
    assert HandRaise.objects.count() == 0
