"""People of a session, for tests about roles and invitations."""

from accounts.models import User
from sessions.models import Attendance, SessionRole
from tests.conftest import API, client_for


def attendee(session, name="Ada"):
    """A guest who has come in."""
    user = User.objects.create_user(username=name, is_guest=True)
    Attendance.objects.create(session=session, user=user)
    return user


def with_role(session, role, name=None, by=None):
    """A guest with this role."""
    user = User.objects.create_user(username=name or role, is_guest=True)
    SessionRole.objects.create(session=session, user=user, role=role, assigned_by=by or session.room.host)
    return user


def call(method, user, session, path, body=None):
    return getattr(client_for(user), method)(f"{API}/sessions/{session.pk}/{path}", body, format="json")


def roles_now(session):
    """name → role of everybody who has one."""
    rows = SessionRole.objects.filter(session=session, removed_at=None)
    return {row.user.username: row.role for row in rows.select_related("user")}
