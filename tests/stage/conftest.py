"""A live session with an audience, the crew, and the real LiveKit."""

import pytest

from accounts.models import User
from sessions.models import Attendance, Session, SessionRole
from stage import queries, services
from tests.conftest import as_person


def join(session, user):
    """As if ``user`` had come in."""
    Attendance.objects.get_or_create(session=session, user=user)
    return user


def make_guest(name, session=None):
    user = User.objects.create_user(username=name, is_guest=True)
    return join(session, user) if session else user


def give_role(session, user, role):
    SessionRole.objects.create(session=session, user=user, role=role, assigned_by=session.room.host)
    return user


@pytest.fixture
def grace(live_session, guest):
    """A guest in the live session."""
    return join(live_session, guest)


@pytest.fixture
def moderator(live_session):
    return give_role(live_session, make_guest("Mo"), "moderator")


@pytest.fixture
def co_host(live_session):
    return give_role(live_session, make_guest("Co"), "co_host")


@pytest.fixture
def speaker(session):
    """Invited to speak, and has come in."""
    return give_role(session, make_guest("Sue", session), "speaker")


@pytest.fixture
def limit(live_session):
    """``limit(2)``: so many people may be on stage."""

    def change(number):
        Session.objects.filter(pk=live_session.pk).update(max_join_limit_override=number)

    return change


def raise_hand(session, user, **fields):
    return services.raise_hand(actor=as_person(user), session=session, **fields).stage_request


def approve(session, actor, stage_request):
    return services.approve(
        actor=as_person(actor), session=session, kind=type(stage_request), request_id=stage_request.pk
    )


def on_stage(session):
    return [member.user.username for member in queries.on_stage(session)]
