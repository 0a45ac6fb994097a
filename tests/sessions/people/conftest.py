"""A session on air at a known time, and the sockets of its people."""

import pytest
from django.db import transaction

from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.people.presence import SocketPresence
from tests.sessions.people.coming import START, at


@pytest.fixture
def clock(time_machine):
    """``clock(12)``: it is 12 seconds after the session went live. Intervals that processes wait for go by as well."""
    time_machine.move_to(START, tick=False)
    return lambda seconds: time_machine.move_to(at(seconds), tick=False)


@pytest.fixture
def on_air(session, clock):
    """Live since START, nobody there."""
    with transaction.atomic():
        lifecycle.go_live(lifecycle.lock_session(session.pk))
    session.refresh_from_db()
    OutboxEvent.objects.all().delete()
    return session


@pytest.fixture
def sockets():
    return SocketPresence()
