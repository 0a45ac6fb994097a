import pytest

from accounts.models import User
from questions import services
from sessions.models import Attendance, SessionRole
from tests.conftest import as_person


@pytest.fixture
def other(live_session):
    """Alan, who came in too."""
    user = User.objects.create_user(username="Alan", is_guest=True)
    Attendance.objects.create(session=live_session, user=user)
    return user


@pytest.fixture
def moderator(live_session, host):
    """Mona, who manages no chat and so no questions."""
    user = User.objects.create_user(username="Mona", is_guest=True)
    SessionRole.objects.create(session=live_session, user=user, role="moderator", assigned_by=host)
    live_session.preset.moderator_manage_chat = False
    live_session.preset.save()
    return user


@pytest.fixture
def question(live_session, attendee):
    """Grace's."""
    return services.ask(actor=as_person(attendee), session=live_session, text="How long does it last?")
