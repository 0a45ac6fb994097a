import pytest

from accounts.models import User
from polls import services
from sessions.models import Attendance
from tests.conftest import as_person


@pytest.fixture
def people(live_session):
    """``people(number)``: so many who came in."""

    def make(number):
        users = [User(username=f"Guest {n}", is_guest=True) for n in range(number)]
        User.objects.bulk_create(users)
        Attendance.objects.bulk_create(Attendance(session=live_session, user=user) for user in users)
        return users

    return make


@pytest.fixture
def make_poll(host):
    """``make_poll(session, **fields)``: one with three colours, launched unless said."""

    def make(session, **fields):
        asked = {"question": "Which colour?", "options": ["red", "green", "blue"], **fields}
        return services.create_poll(actor=as_person(host), session=session, **asked)

    return make


@pytest.fixture
def poll(live_session, make_poll):
    return make_poll(live_session)
