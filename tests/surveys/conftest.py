"""Sessions that are over, in a room with a survey."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from sessions.models import Attendance, Session

QUESTIONS = [{"text": "What was missing?", "options": []}, {"text": "Again?", "options": ["Yes", "No"]}]


def over(room, preset, *people, ago=timedelta(minutes=1)):
    """A session of this room, which has a survey, that ended so long ago; these people (or their ids) came."""
    type(room).objects.filter(pk=room.pk).update(survey={"questions": QUESTIONS})
    now = timezone.now()
    session = Session.objects.create(
        room=room, preset=preset, title="Over", status="ended", started_at=now - ago - timedelta(hours=1)
    )
    Session.objects.filter(pk=session.pk).update(ended_at=now - ago)
    for person in people:
        user = person if isinstance(person, User) else User.objects.get(pk=person)
        Attendance.objects.create(session=session, user=user, join_count=1, joined_at=session.started_at)
    session.refresh_from_db()
    return session


@pytest.fixture
def over_session(room, preset, guest, member):
    """The guest and the member came."""
    return over(room, preset, guest, member)
