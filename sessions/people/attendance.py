"""Attendance of a live session: the only functions that change Attendance and Stay.

A person is there while any sign of life (Presence) is younger than PRESENCE_TIMEOUT, and for REJOIN_WITHIN after their
last connection was closed, so that a reload continues the stay. A stay that ends by silence ends at the last sign of
life. Stays begin and end under the lock of the session row, so any number of processes may do this at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from core.prepared import prepared
from core.rows import chunks
from core.writes import insert, update, update_all
from organizations.models import Membership
from organizations.queries import MANAGERS
from realtime.outbox import emit
from sessions.events import PresenceJoined, PresenceLeft
from sessions.models import Attendance, Presence, Session, SessionQuerySet, SessionRole, Stay
from sessions.people import names, roles
from sessions.rights.capabilities import Role

#: Joining counts as a sign of life until the first connection.
JUST_CAME = "join"
#: In a larger crowd no events say who comes and goes: nobody could follow them, and each would go to everybody.
TOLD_UP_TO = 500
_CROWD_FOR = 5  # seconds for which a large crowd counts as large without another look

_CHUNK = 500
_STAY_FIELDS = ("joined_at", "join_count", "present_since", "left_at", "last_seen_at")


def record_join(session: Session, user: User, *, role: Role, may_be_known: bool = True) -> bool:
    """``user`` joins the session, which is locked; returns whether for the first time.

    In a rehearsal that only admits them; once it is live their stay begins now. Whoever came as audience even once is
    an attendee. A guest whose name is taken is renamed. ``may_be_known`` is false where it was seen under this lock
    that they never came before.
    """
    now = timezone.now()
    is_attendee = role == Role.AUDIENCE
    row = _of_person.first(session_id=session.pk, user_id=user.pk) if may_be_known else None
    is_new = row is None
    if row is None:
        key, number = names.settle(session, user) if is_attendee else (names.name_key(user.username), 1)
        row = Attendance(
            session=session,
            user=user,
            joined_at=now,
            last_seen_at=now,
            is_attendee=is_attendee,
            name_key=key,
            name_number=number,
        )
    elif session.is_live and row.present_since and _close(session, _silent(session, now).filter(user=user)):
        row = session.attendances.get(user=user)
    row.session, row.user = session, user
    if not is_attendee:
        names.keep_for_crew(session, user.username, user=user)
    sign = Presence(session=session, user=user, source=JUST_CAME, seen_at=now, role=role)
    insert(sign, update=["seen_at", "role"], unique=["session", "user", "source"])
    became_attendee = is_attendee and not row.is_attendee
    row.is_attendee = row.is_attendee or is_attendee
    comes = session.is_live and row.present_since is None
    if comes:
        _begin_stay(session, row, now)
    if is_new:
        insert(row)
    elif comes or became_attendee:
        update(row, *_STAY_FIELDS, "is_attendee")
    if comes:
        if not is_attendee:  # the audience has no role to note it on
            roles.record_return(session, [user.pk])
        _emit_for(PresenceJoined, session, [row], {user.pk: role})
    return is_new


@prepared
def _of_person(session_id: UUID, user_id: UUID) -> QuerySet[Attendance]:
    return Attendance.objects.filter(session=session_id, user=user_id)


@prepared
def _present(session_id: UUID) -> QuerySet[Attendance, UUID]:
    return (
        Attendance.objects.filter(session=session_id, present_since__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
    )


def begin(session: Session) -> None:
    """At go-live, with the session locked: begin the stays of everybody who is there."""
    started_at = _started(session)
    rows = list(_absent(session, started_at).select_for_update(no_key=True, of=("self",)))
    _open(session, rows, dict.fromkeys([row.user_id for row in rows], started_at), is_emitted=False)


def record_leave(session: Session, user_id: UUID) -> bool:
    """The person leaves, with the session locked: end their stay now; returns whether there was one."""
    session.presences.filter(user=user_id).delete()
    now = timezone.now()
    rows = session.attendances.filter(user=user_id, present_since__isnull=False)
    return _close(session, rows, end=now) > 0


def close_all(session: Session, now: datetime) -> None:
    """At the end, with the session locked: end every stay now, without a connection at the last sign of life."""
    present = _is_present(now)
    rows = session.attendances.filter(present_since__isnull=False)
    _close(session, rows.filter(present), end=now, is_emitted=False)
    _close(session, _with_last_sign(rows.exclude(present)), is_emitted=False)


def note_disconnect(session_id: UUID, user_ids: Collection[UUID], at: datetime) -> None:
    """These people closed a connection at ``at``, which is a sign of life. Call it before that connection's row is
    deleted.
    """
    people = sorted(user_ids)
    for start in range(0, len(people), _CHUNK):
        these = people[start : start + _CHUNK]
        rows = Attendance.objects.filter(session=session_id, user__in=these, present_since__isnull=False)
        rows.filter(last_seen_at__lt=at).update(last_seen_at=at)
        Presence.objects.filter(session=session_id, user__in=these, source=JUST_CAME, seen_at__lte=at).delete()


@prepared
def _locked_live(session_id: UUID) -> SessionQuerySet:
    rows = Session.objects.select_related("room__library__organization")
    return rows.select_for_update(no_key=True, of=("self",)).alive().live().filter(pk=session_id)


def take_attendance(session_id: UUID) -> None:
    """Begin the stays of people who came back, and end those of people who are gone. Only while live."""
    now = timezone.now()
    present, silent = now - settings.PRESENCE_TIMEOUT, now - settings.REJOIN_WITHIN
    gone = _gone.all(session_id=session_id, present=present, silent=silent)
    back = _back.all(session_id=session_id, present=present)
    if gone or back:
        _take(session_id, gone, back)


def take_arrivals(session_id: UUID, user_ids: Collection[UUID]) -> None:
    """As :func:`take_attendance`, for these people alone, who were just seen: begin the stays of those who came back.

    What it costs grows with them, and not with the crowd that is there.
    """
    present = timezone.now() - settings.PRESENCE_TIMEOUT
    back: list[UUID] = []
    for some in chunks(user_ids):
        back += _back_of.all(session_id=session_id, present=present, user_ids=some)
    if back:
        _take(session_id, [], back)


def _take(session_id: UUID, gone: Collection[UUID], back: Collection[UUID]) -> None:
    """End the stays of ``gone``, begin those of ``back`` (attendances), as far as it is still so under the lock."""
    with transaction.atomic():
        session = _locked_live.first(session_id=session_id)
        if session is None:
            return
        now = timezone.now()
        if gone:
            rows = _silent(session, now)  # above the database's limit of parameters all of them
            _close(session, rows.filter(pk__in=gone) if len(gone) <= _CHUNK else rows)
        for some in chunks(back):
            present = now - settings.PRESENCE_TIMEOUT
            returned = _locked_absent.all(session_id=session.pk, present=present, keys=some)
            _open(session, returned, {row.user_id: row.first_sign for row in returned})  # type: ignore[attr-defined]


@prepared
def _gone(session_id: UUID, present: datetime, silent: datetime) -> QuerySet[Attendance, UUID]:
    """As :func:`_silent`, before the lock: those in a live session that can be reached."""
    rows = Attendance.objects.filter(session=session_id, present_since__isnull=False, last_seen_at__lte=silent)
    return _of_live(rows.exclude(Exists(_signs().filter(seen_at__gte=present))))


@prepared
def _back(session_id: UUID, present: datetime) -> QuerySet[Attendance, UUID]:
    """As :func:`_absent`, before the lock."""
    return _absent_in(session_id, present)


@prepared
def _back_of(session_id: UUID, present: datetime, user_ids: list[UUID]) -> QuerySet[Attendance, UUID]:
    """Those of these people."""
    return _absent_in(session_id, present).filter(user__in=user_ids)


def _absent_in(session_id: UUID, present: datetime) -> QuerySet[Attendance, UUID]:
    rows = Attendance.objects.filter(session=session_id, present_since=None)
    return _of_live(rows.filter(Exists(_signs().filter(seen_at__gte=present))))


def _of_live(rows: QuerySet[Attendance]) -> QuerySet[Attendance, UUID]:
    live = rows.filter(session__status=Session.Status.LIVE, session__deleted_at=None)
    return live.order_by().values_list("pk", flat=True)


@prepared
def _locked_absent(session_id: UUID, present: datetime, keys: list[UUID]) -> QuerySet[Attendance]:
    """Those of them who are there without an open stay, with their ``first_sign``."""
    rows = _absent_since(Attendance.objects.filter(session=session_id, pk__in=keys), present)
    return rows.order_by().select_for_update(no_key=True, of=("self",))


def present_people(session: Session) -> QuerySet[Attendance]:
    """Everybody who joined and is there now, in order of arrival; in a rehearsal those in the backstage."""
    now = timezone.now()
    is_there = Q(present_since__isnull=False) if session.is_live else _is_present(now)
    return session.attendances.filter(is_there).select_related("user").order_by("joined_at", "id")


def roles_in(session: Session, user_ids: Collection[UUID]) -> dict[UUID, Role]:
    """The role of each of these people; two queries for each 500. ``session.room.library`` is loaded."""
    found = dict.fromkeys(user_ids, Role.AUDIENCE)
    for some in chunks(user_ids):
        for user_id, role in _assigned.all(session_id=session.pk, user_ids=some):
            found[user_id] = Role(role)
        for user_id in _managing.all(organization_id=session.room.library.organization_id, user_ids=some):
            found[user_id] = Role.HOST
    if session.room.host_id in found:
        found[session.room.host_id] = Role.HOST
    return found


@prepared
def _assigned(session_id: UUID, user_ids: list[UUID]) -> QuerySet[SessionRole, tuple[UUID, str]]:
    rows = SessionRole.objects.filter(session=session_id, removed_at=None, user__in=user_ids)
    return rows.order_by().values_list("user_id", "role")


@prepared
def _managing(organization_id: UUID, user_ids: list[UUID]) -> QuerySet[Membership, UUID]:
    rows = Membership.objects.filter(organization=organization_id, role__in=MANAGERS, user__in=user_ids)
    return rows.order_by().values_list("user_id", flat=True)


def _signs() -> QuerySet[Presence]:
    return Presence.objects.filter(session=OuterRef("session"), user=OuterRef("user"))


def _is_present(now: datetime) -> Exists:
    return Exists(_signs().filter(seen_at__gte=now - settings.PRESENCE_TIMEOUT))


def _with_last_sign(rows: QuerySet[Attendance]) -> QuerySet[Attendance]:
    return rows.annotate(last_sign=Subquery(_signs().order_by("-seen_at").values("seen_at")[:1]))


def _silent(session: Session, now: datetime) -> QuerySet[Attendance]:
    """People with an open stay but without a recent sign of life."""
    rows = session.attendances.filter(present_since__isnull=False, last_seen_at__lte=now - settings.REJOIN_WITHIN)
    return _with_last_sign(rows.exclude(_is_present(now)))


def _absent(session: Session, now: datetime) -> QuerySet[Attendance]:
    """People who are there without an open stay."""
    return _absent_since(session.attendances.all(), now - settings.PRESENCE_TIMEOUT)


def _absent_since(rows: QuerySet[Attendance], present: datetime) -> QuerySet[Attendance]:
    fresh = _signs().filter(seen_at__gte=present).order_by("seen_at")
    there = rows.filter(Exists(fresh.order_by()), present_since=None)
    return there.annotate(first_sign=Subquery(fresh.values("seen_at")[:1]))


def _open(
    session: Session, rows: Sequence[Attendance], since: Mapping[UUID, datetime], *, is_emitted: bool = True
) -> None:
    """Begin a stay of each of ``rows`` at the moment that ``since`` has for its user."""
    for row in rows:
        _begin_stay(session, row, since[row.user_id])
    _save(rows, _STAY_FIELDS)
    if rows:
        roles.record_return(session, [row.user_id for row in rows], is_emitted=is_emitted)
    if is_emitted:
        _emit_for(PresenceJoined, session, rows)


def _begin_stay(session: Session, row: Attendance, since: datetime) -> None:
    begins = max(since, _started(session), row.left_at or _started(session))
    if row.join_count == 0:
        row.joined_at = begins
    row.join_count += 1
    row.present_since, row.left_at = begins, None
    row.last_seen_at = max(begins, row.last_seen_at)


def _close(
    session: Session, rows: QuerySet[Attendance], *, end: datetime | None = None, is_emitted: bool = True
) -> int:
    """End the stays of ``rows`` at ``end``, by default at the last sign of life of each; how many."""
    closing = list(rows.select_for_update(no_key=True, of=("self",)))
    stays = []
    for row in closing:
        began = row.present_since
        assert began is not None
        over = end or max(row.last_seen_at, getattr(row, "last_sign", None) or row.last_seen_at)
        over = max(over, began)
        row.watch_duration += round((over - began) / timedelta(seconds=1))
        row.present_since, row.left_at, row.last_seen_at = None, over, over
        stays.append(Stay(attendance=row, began_at=began, ended_at=over))
    Stay.objects.bulk_create(stays, batch_size=_CHUNK)
    _save(closing, ["watch_duration", "present_since", "left_at", "last_seen_at"])
    if closing:
        roles.record_leave(session, {row.user_id: row.last_seen_at for row in closing}, is_emitted=is_emitted)
    if is_emitted:
        _emit_for(PresenceLeft, session, closing)
    return len(closing)


def _save(rows: Sequence[Attendance], fields: Sequence[str]) -> None:
    """Write ``fields`` of locked rows."""
    update_all(sorted(rows, key=lambda row: row.pk), *fields)


def _emit_for(
    event: Any, session: Session, rows: Sequence[Attendance], known: Mapping[UUID, Role] | None = None
) -> None:
    """Emit that ``rows`` came or went, in a crowd that is small enough. ``known``: their roles, where known."""
    if rows and not _is_crowd(session.pk, len(rows)):
        _name(rows)
        present = known or roles_in(session, [row.user_id for row in rows])
        emit(*(event.of(session, row, present[row.user_id]) for row in rows))


def _name(rows: Sequence[Attendance]) -> None:
    """Give ``rows`` their people, where they are not loaded."""
    nameless = [row for row in rows if not Attendance.user.is_cached(row)]
    users = {user.pk: user for some in chunks(row.user_id for row in nameless) for user in _users.all(user_ids=some)}
    for row in nameless:
        row.user = users[row.user_id]


@prepared
def _users(user_ids: list[UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__in=user_ids)


def _is_crowd(session_id: UUID, more: int) -> bool:
    """Whether more than TOLD_UP_TO are there with ``more`` people who come or go."""
    key = f"crowd:{session_id}"
    if more > TOLD_UP_TO or cache.get(key):
        return True
    is_crowd = _present.more_than(TOLD_UP_TO - more, session_id=session_id)
    if is_crowd:
        cache.set(key, True, _CROWD_FOR)
    return is_crowd


def _started(session: Session) -> datetime:
    assert session.started_at is not None
    return session.started_at
