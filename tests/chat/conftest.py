"""People in a live session, and messages as the service writes them."""

import pytest

from accounts.models import User
from accounts.person import Person
from chat import services
from sessions.models import Attendance, SessionRole
from sessions.queries import complete_session


def come_in(session, name, role=None, by=None):
    """A guest who has joined, as audience or with a role."""
    user = User.objects.create_user(username=name, is_guest=True)
    Attendance.objects.create(session=session, user=user)
    if role:
        SessionRole.objects.create(session=session, user=user, role=role, assigned_by=by)
    return user


@pytest.fixture(autouse=True)
def many_messages(settings):
    """Tests write faster than people; the limit has tests of its own."""
    settings.CHAT_BURST = 1000


@pytest.fixture
def ada(live_session):
    return come_in(live_session, "Ada")


@pytest.fixture
def bob(live_session):
    return come_in(live_session, "Bob")


@pytest.fixture
def moderator(live_session, host):
    return come_in(live_session, "Mona", "moderator", host)


@pytest.fixture
def say(live_session):
    """``say(user, text, to=…)`` writes in the live session."""

    def write(user, text, to=None, session=live_session, **options):
        return services.send_message(
            actor=Person(user=user),
            session=complete_session(session.pk),
            text=text,
            recipient_id=to and to.pk,
            **options,
        )

    return write


@pytest.fixture
def act(live_session):
    """``act(services.pin_message, user, message_id=…)`` does it in the live session."""
    return lambda service, user, **options: service(
        actor=Person(user=user), session=complete_session(live_session.pk), **options
    )
