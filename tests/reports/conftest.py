from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import User
from sessions import lifecycle
from sessions.models import Presence
from sessions.people import attendance

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Evening:
    """A webinar that went live at START. Times are seconds from then."""

    def __init__(self, session, time_machine):
        self.pk = session.pk
        self.clock = time_machine
        self.at(0)
        with transaction.atomic():
            lifecycle.go_live(self.session)

    @property
    def session(self):
        return lifecycle.lock_session(self.pk)

    def at(self, seconds):
        self.clock.move_to(START + timedelta(seconds=seconds), tick=False)

    def join(self, user, seconds, *, role="audience"):
        self.at(seconds)
        with transaction.atomic():
            attendance.record_join(self.session, user, role=role)

    def leave(self, user, seconds):
        self.at(seconds)
        with transaction.atomic():
            attendance.record_leave(self.session, user.pk)

    def end(self, seconds):
        """For everyone who has not left."""
        self.at(seconds)
        Presence.objects.filter(session=self.pk).update(seen_at=START + timedelta(seconds=seconds))
        with transaction.atomic():
            lifecycle.end(self.session)


@pytest.fixture
def evening(session, time_machine):
    return Evening(session, time_machine)


@pytest.fixture
def people(db):
    """``people(3)``: as many guests."""
    return lambda number: [User.objects.create_user(username=f"Guest {n}", is_guest=True) for n in range(number)]
