"""Co-hosts, moderators and speakers of a session: at most one role a person, changed under the session's lock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.prepared import prepared
from core.rows import check_most
from realtime.outbox import emit
from sessions.events import RightsChanged, RoleAdded, RoleRemoved
from sessions.models import Invitation, Session, SessionRole
from sessions.people import names

#: How often the roles of a session may change, as a multiple of the people with a role: each change leaves a row.
_CHANGES = 20
_TOO_MANY = _("The team of this webinar has the maximum number of people. Remove somebody first.")
_TOO_MANY_CHANGES = _("The team of this webinar has changed too often. Create another session.")


def roles_of(session: Session) -> QuerySet[SessionRole]:
    """People with a role, in the order in which they got it; one query whatever their number."""
    return session.roles.filter(removed_at=None).select_related("user", "assigned_by")


@prepared
def team_of(session_id: UUID) -> QuerySet[SessionRole]:
    """As :func:`roles_of`, for the state of pages."""
    rows = SessionRole.objects.filter(session=session_id, removed_at=None)
    return rows.select_related("user", "assigned_by")


def role_of(session: Session, user_id: UUID) -> SessionRole | None:
    """The present role of this person."""
    return roles_of(session).filter(user=user_id).first()


def give(
    session: Session, user: User, role: str, *, by: User, invitation: Invitation | None = None
) -> tuple[SessionRole, bool]:
    """Give ``user`` the role, replacing any other, and publish it; returns whether anything changed. ``session`` is
    locked.

    A role that came by an invitation stays tied to it: revoking the invitation ends the new role too. Raises
    LimitReached.
    """
    present = role_of(session, user.pk)
    if present is not None and present.role == role:
        return present, False
    if present is None:
        check_most(session.roles.filter(removed_at=None), settings.TEAM_PER_SESSION, _TOO_MANY)
    else:
        invitation = invitation or present.invitation
        _end(present)
    check_most(session.roles.all(), settings.TEAM_PER_SESSION * _CHANGES, _TOO_MANY_CHANGES)
    row = SessionRole.objects.create(session=session, user=user, role=role, assigned_by=by, invitation=invitation)
    emit(RoleAdded.of(row), RightsChanged.of(session, user.pk))
    names.keep_for_crew(session, user.username, user=user)
    return row, True


def take(row: SessionRole) -> None:
    """End the role and publish it. The session is locked."""
    _end(row)
    emit(RightsChanged.of(row.session, row.user_id))


def _end(row: SessionRole) -> None:
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    emit(RoleRemoved.of(row))


def record_join(session: Session, user: User) -> None:
    """Store on the person's role, if they have one, that they joined or came back. ``session`` is locked."""
    row = role_of(session, user.pk)
    if row is not None and (row.joined_at is None or row.left_at is not None):
        row.joined_at, row.left_at = row.joined_at or timezone.now(), None
        row.save(update_fields=["joined_at", "left_at"])
        emit(RoleAdded.of(row))


def record_leave(session: Session, moments: Mapping[UUID, datetime], *, is_emitted: bool = True) -> None:
    """Note on the roles of people who had come in that they left, each at their moment. ``session`` is locked."""
    there = roles_of(session).filter(joined_at__isnull=False, left_at=None)
    _note(there, moments, is_emitted=is_emitted)


def record_return(session: Session, user_ids: Collection[UUID], *, is_emitted: bool = True) -> None:
    """Note on the roles of these people that they are there again. ``session`` is locked."""
    _note(_away.all(session_id=session.pk), dict.fromkeys(user_ids), is_emitted=is_emitted)


@prepared
def _away(session_id: UUID) -> QuerySet[SessionRole]:
    rows = SessionRole.objects.filter(session=session_id, removed_at=None, left_at__isnull=False)
    return rows.select_related("user", "assigned_by")


def _note(rows: Iterable[SessionRole], moments: Mapping[UUID, datetime | None], *, is_emitted: bool) -> None:
    """Few have a role: all of ``rows`` are read, however many people come and go."""
    changed = [row for row in rows if row.user_id in moments]
    for row in changed:
        row.left_at = moments[row.user_id]
    SessionRole.objects.bulk_update(changed, ["left_at"])
    if is_emitted:
        emit(*(RoleAdded.of(row) for row in changed))
