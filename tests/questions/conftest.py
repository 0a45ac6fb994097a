import pytest

from accounts.models import User
from questions import services
from sessions.models import Attendance
from tests.conftest import as_person


@pytest.fixture
def audience(live_session, guest):
    """Grace, who came in."""
    Attendance.objects.create(session=live_session, user=guest)
    return guest


@pytest.fixture
def other(live_session):
    """Alan, who came in too."""
    user = User.objects.create_user(username="Alan", is_guest=True)
    Attendance.objects.create(session=live_session, user=user)
    return user


@pytest.fixture
def question(live_session, audience):
    """Grace's."""
    return services.ask(actor=as_person(audience), session=live_session, text="How long does it last?")
