"""Names in a session: names of crew and speakers are reserved, and an attendee with a taken name gets a number.

Guests choose their names for a webinar, so they yield to everybody. A member's account has a fixed name, which yields
to the crew only. ``Attendance`` stores the comparison keys, so that a crowd costs one look-up in an index.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, Max, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.changes import rights_changed
from accounts.models import User
from accounts.names import numbered, split_number
from core.errors import Invalid
from core.lookalikes import look_alike, name_forms
from core.prepared import prepared
from organizations.models import Membership
from organizations.queries import MANAGERS
from realtime.outbox import emit
from sessions.events import PersonRenamed, PresenceJoined, RightsChanged
from sessions.models import Attendance, Invitation, Session, SessionRole
from sessions.rights.capabilities import Role

LONGEST_KEY = 150


def name_key(name: str) -> str:
    """A key that is equal for names that differ only in case, width, spaces, accents or look-alike letters."""
    return name_forms(name)[0][:LONGEST_KEY]


def settle(session: Session, user: User) -> tuple[str, int]:
    """The key and number of the name of ``user``, who joins the locked ``session`` as audience.

    If the name is taken, the person gets the next number: Ana (2).
    """
    base, number = split_number(user.username)
    key = name_key(base)
    known = _like.all(session_id=session.pk, organization_id=_organization(session), key=key, user_id=user.pk)
    is_taken = user.is_guest and any(kind == _SAME for kind, _name in known)
    if is_taken or (number == 1 and _is_taken_by_crew(session, base, user, known)):
        number = _rename(session, user, key)
    return key, number


def keep_for_crew(session: Session, name: str, *, user: User | None = None) -> None:
    """Reserve ``name`` for ``user`` in the crew or, without one, for an invitation: anybody else with it gets a number.

    ``session`` is locked. Invitations name people as the crew likes: members do not yield to them.
    """
    key = name_key(split_number(name)[0])
    rows = session.attendances.filter(name_key=key, name_number=1).select_related("user")
    rows = rows.exclude(user__in=_roles(session.pk).values("user")).exclude(user__in=_managers(_organization(session)))
    if user is None:
        rows = rows.filter(user__is_guest=True)
    for row in rows.exclude(user=user).exclude(user=session.room.host_id):
        former = row.user.username
        row.name_number = _rename(session, row.user, key)
        row.save(update_fields=["name_number"])
        _emit_name(session, row, Role.AUDIENCE, former)


def lock_sessions_of(user: User, *, also: UUID | None = None) -> list[Session]:
    """Lock the sessions that are not over where ``user`` has come, and ``also``, in the one order of locks."""
    mine = Attendance.objects.filter(user=user).values("session")
    to_come = Session.objects.alive().filter(status__in=(Session.Status.SCHEDULED, Session.Status.LIVE))
    rows = to_come.filter(Q(pk__in=mine) | Q(pk=also)).select_related("room__library__organization")
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def follow_rename(user: User, former: str) -> None:
    """An account was renamed: apply that in the person's sessions that are not over, and to their pictures."""
    for session in lock_sessions_of(user):
        row = session.attendances.filter(user=user).first()
        if row is None:
            continue  # they came since the name was changed, with the new one
        row.user = user
        role = _role(session, user)
        if role == Role.AUDIENCE:
            row.name_key, row.name_number = settle(session, user)
        else:
            row.name_key, row.name_number = name_key(user.username), 1
            keep_for_crew(session, user.username, user=user)
        row.save(update_fields=["name_key", "name_number"])
        _emit_name(session, row, role, former)
    rights_changed(user.pk)


def check_free_for_crew(session: Session, user: User, name: str) -> None:
    """Raises Invalid if somebody else of the crew, a speaker or somebody who is invited has ``name`` or one like it."""
    base = split_number(name)[0]
    known = _like.all(
        session_id=session.pk, organization_id=_organization(session), key=name_key(base), user_id=user.pk
    )
    names = {other for kind, other in known if kind == _CREW}
    names |= {*session.invitations.filter(revoked_at=None).exclude(user=user).values_list("name", flat=True)}
    if session.room.host_id != user.pk:
        names.add(session.room.host.username)
    if any(look_alike(base, split_number(other)[0]) for other in names):
        raise Invalid.field(
            "name", _("Somebody of the team has this name, or one like it. Choose another one."), "taken"
        )


def _roles(session_id: UUID) -> QuerySet[SessionRole]:
    return SessionRole.objects.filter(session=session_id, removed_at=None).order_by()


def _managers(organization_id: UUID) -> QuerySet[Membership, Any]:
    """Everybody who leads all sessions of the organization."""
    return Membership.objects.filter(organization=organization_id, role__in=MANAGERS).values("user")


def _organization(session: Session) -> UUID:
    return session.room.library.organization_id


def _role(session: Session, user: User) -> Role:
    if user.pk == session.room.host_id or _managers(_organization(session)).filter(user=user).exists():
        return Role.HOST
    return Role(_roles(session.pk).filter(user=user).values_list("role", flat=True).first() or Role.AUDIENCE)


def _is_taken_by_crew(session: Session, name: str, user: User, known: Collection[tuple[str, str]]) -> bool:
    """Whether a reader may take ``name``, that of ``user``, for the host's, or for that of somebody with another role.

    For guests the names of invitations are taken, too. ``known`` are rows of ``_like``.
    """
    kinds = (_CREW, _INVITED) if user.is_guest else (_CREW,)
    names = {other for kind, other in known if kind in kinds} | {session.room.host.username}
    return any(look_alike(name, split_number(other)[0]) for other in names)


_SAME, _CREW, _INVITED = "same", "crew", "invited"


@prepared
def _like(session_id: UUID, organization_id: UUID, key: str, user_id: UUID) -> QuerySet[Any, tuple[str, str]]:
    """(kind, name): ``same`` if somebody else has this key, and the names of the crew and of invitations."""
    others = Attendance.objects.filter(session=session_id, name_key=key).exclude(user=user_id)
    same = Session.objects.filter(Exists(others), pk=session_id).order_by()
    roles = _roles(session_id).exclude(user=user_id)
    managers = _managers(organization_id)
    came = Attendance.objects.filter(session=session_id, user__in=managers).exclude(user=user_id).order_by()
    invited = Invitation.objects.filter(session=session_id, revoked_at=None).order_by()
    found = [
        rows.annotate(_kind=_text(Value(kind)), _called=_text(name)).values_list("_kind", "_called")
        for rows, kind, name in (
            (same, _SAME, Value("")),
            (roles, _CREW, F("user__username")),
            (came, _CREW, F("user__username")),
            (invited, _INVITED, F("name")),
        )
    ]
    return found[0].union(*found[1:], all=True)


def _text(expression: Any) -> Cast:
    return Cast(expression, CharField(max_length=LONGEST_KEY))


def _rename(session: Session, user: User, key: str) -> int:
    """Give ``user`` the next number of this name, above those used in all their sessions, because the name follows
    them.
    """
    theirs = Attendance.objects.filter(user=user).values("session")
    known = Attendance.objects.filter(Q(session=session) | Q(session__in=theirs), name_key=key)
    highest = known.aggregate(highest=Max("name_number"))["highest"]
    number = max(highest or 1, 1) + 1
    user.username = numbered(split_number(user.username)[0], number)
    user.save(update_fields=["username"])
    return number


def _emit_name(session: Session, row: Attendance, role: Role, former: str) -> None:
    if row.user.username == former:
        return
    if row.present_since is not None:
        emit(PresenceJoined.of(session, row, role))
    emit(PersonRenamed.of(session, row.user, former=former), RightsChanged.of(session, row.user_id))
