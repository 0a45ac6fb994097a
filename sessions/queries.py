"""Reads of sessions; every queryset starts at what the caller may see."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person, Scope
from core.errors import Invalid, NotFound
from core.ids import parse_uuid
from core.precedence import go_ahead
from core.prepared import prepared
from core.rows import find
from core.totals import total_of
from rooms.models import Room
from rooms.queries import managed_rooms, rooms_seen_by
from sessions.models import Attendance, Session, SessionQuerySet, SessionRole
from sessions.rights.capabilities import Capabilities, capabilities, keep_judgement
from sessions.rows import for_rights, lean, with_parts


def complete_sessions() -> SessionQuerySet:
    """Accessible sessions, with everything that :func:`completed` loads."""
    return completed(Session.objects.available())


def completed(sessions: SessionQuerySet) -> SessionQuerySet:
    """``sessions`` with all that a reply or a judgement needs; two queries whatever their number."""
    # Deleted rooms too: their sessions are left out already, unless the room goes between the two queries.
    rooms = Room.objects.complete().select_related("library__organization")
    return sessions.select_related("preset").prefetch_related(Prefetch("room", queryset=rooms))


def complete_session(session_id: UUID) -> Session:
    """One session that can be reached, complete. Raises NotFound for others, and when it was deleted meanwhile."""
    session = _by_id.first(session_id=session_id)
    if session is None:
        raise NotFound
    session.room.active_session_id = session.live_in_room  # type: ignore[attr-defined]
    return session


@prepared
def _by_id(session_id: UUID) -> QuerySet[Session]:
    """As ``completed``, but for ``room.active_session_id``, which :func:`complete_session` sets."""
    live = FilteredRelation(
        "room__sessions", condition=Q(room__sessions__status="live", room__sessions__deleted_at=None)
    )
    rows = lean(Session.objects.available().filter(pk=session_id))
    return rows.annotate(_live=live).annotate(live_in_room=F("_live__id"))


def visible_sessions(person: Person) -> SessionQuerySet:
    """Sessions that ``person`` may read by id."""
    seen = rooms_seen_by(person, "room__")
    if person.session_id is not None:
        # Private rooms in it are visible through a role in one session: only that session is visible.
        seen &= ~Q(room__visibility=Room.Visibility.PRIVATE) | Q(pk=person.session_id)
    if person.user is not None and person.api_key is None:
        own = SessionRole.objects.filter(session=OuterRef("pk"), user=person.user, removed_at=None)
        here = Q() if person.session_id is None else Q(pk=person.session_id)
        seen |= Q(Exists(own)) & here
    sessions = complete_sessions().filter(seen)
    return sessions.distinct() if person.session_id is not None else sessions


def find_session(person: Person, session_id: object) -> Session:
    """The session, complete. Raises NotFound unless it answers ``person``."""
    return find_with_rights(person, session_id)[0]


def find_with_rights(person: Person, session_id: object) -> tuple[Session, Capabilities]:
    """The session, complete, and what ``person`` may do in it; two queries. Raises NotFound unless it answers them."""
    known = parse_uuid(session_id)
    if known is None:
        raise NotFound
    session = complete_session(known)
    return session, _judged(person, session)


def find_to_enter(person: Person, session_id: object) -> tuple[Session, Capabilities]:
    """As :func:`find_with_rights`, with no more of the session than rights are judged by: of who comes to it nothing
    else is asked.
    """
    known = parse_uuid(session_id)
    session = _by_id_for_rights.first(session_id=known) if known else None
    if session is None:
        raise NotFound
    return session, _judged(person, session)


@prepared
def _by_id_for_rights(session_id: UUID) -> QuerySet[Session]:
    return for_rights(Session.objects.available().filter(pk=session_id))


def _judged(person: Person, session: Session) -> Capabilities:
    """What ``person`` may do, who found the session. Raises NotFound unless they may see it."""
    allowed = capabilities(person, session)
    if not allowed.may_see:
        raise NotFound
    keep_judgement(person, session, allowed)
    if allowed.is_crew or allowed.may_join_backstage:
        go_ahead()
    return allowed


def public_sessions() -> SessionQuerySet:
    """The public list: sessions of public rooms of all organizations, newest first."""
    return completed(_listed())


def page_of_public_sessions(start: int, end: int) -> tuple[list[Session], int]:
    """Those of :func:`public_sessions` from ``start`` up to ``end``, and their total."""
    page = _public_ids.page(start, end + 1)  # with one more, the last page says the total
    total = total_of(
        _public_ids.count, start=start, limit=end + 1 - start, shown=len(page), kept_as=("public sessions",)
    )
    page = page[: end - start]
    found = {each.pk: each for each in with_parts(_of_ids.all(session_ids=page))}
    shown = [found[pk] for pk in page if pk in found and found[pk].room.visibility == Room.Visibility.PUBLIC]  # still
    return shown, total


@prepared
def _of_ids(session_ids: list[UUID]) -> SessionQuerySet:
    return Session.objects.available().filter(pk__in=session_ids).order_by()


@prepared
def _public_ids() -> QuerySet[Session, UUID]:
    """In the order of the list: sorted with all their columns, they would cost more."""
    return _listed().values_list("pk", flat=True)


def _listed() -> SessionQuerySet:
    return Session.objects.available().filter(room__visibility=Room.Visibility.PUBLIC)


def live_sessions() -> SessionQuerySet:
    """The public list of live sessions."""
    return public_sessions().live().order_by("-started_at", "-id")


def upcoming_sessions() -> SessionQuerySet:
    """Public sessions in the future, the next one first."""
    return (
        public_sessions()
        .filter(status=Session.Status.SCHEDULED, scheduled_start_time__gte=timezone.now() - timedelta(hours=1))
        .order_by("scheduled_start_time", "id")
    )


def sessions_of_room(room: Room) -> SessionQuerySet:
    """All sessions of the room, newest first."""
    return complete_sessions().filter(room=room)


def my_sessions(person: Person) -> SessionQuerySet:
    """Sessions of rooms whose host the caller is; with a key only those of its organization."""
    if person.user is None or person.session_id is not None or not person.has_scope(Scope.SESSIONS):
        return complete_sessions().none()
    sessions = complete_sessions().filter(room__host=person.user)
    return sessions.filter(room__library__organization=person.api_key.organization_id) if person.api_key else sessions


def managed_sessions(person: Person) -> SessionQuerySet:
    """Sessions of rooms that the caller manages, for the dashboard."""
    return complete_sessions().filter(room__in=managed_rooms(person).order_by().values("pk"))


def find_managed_session(person: Person, session_id: object) -> Session:
    """A session of a room that the caller manages. Raises NotFound otherwise."""
    return find(managed_sessions(person), session_id)


def people_of(session: Session) -> QuerySet[User]:
    """Active accounts that a request may name: members of the organization, people with a role here, and people who
    joined.
    """
    here = {"session": session, "user": OuterRef("pk")}
    return User.objects.filter(
        Q(pk=session.room.host_id)
        | Q(memberships__organization=session.room.library.organization_id)
        | Q(Exists(SessionRole.objects.filter(removed_at=None, **here)))
        | Q(Exists(Attendance.objects.filter(**here))),
        is_active=True,
    ).distinct()


def find_person_of(session: Session, user_id: UUID, *, field: str = "user_id") -> User:
    """The account that a request names. Raises Invalid, the same for unknown accounts and those outside the session."""
    user = people_of(session).filter(pk=user_id).first()
    if user is None:
        raise Invalid.field(field, _("There is no such person in the webinar."), "unknown")
    return user


def session_of_room_now(room: Room) -> Session | None:
    """The session that the room's address shows: the live one, else the next scheduled one, else the latest other one.

    A session without a time comes after those with one: nobody knows whether it takes place.
    """
    sessions = sessions_of_room(room)
    return (
        sessions.live().first()
        or sessions.filter(status=Session.Status.SCHEDULED)
        .order_by(F("scheduled_start_time").asc(nulls_last=True), "-created_at")
        .first()
        or sessions.order_by(F("ended_at").desc(nulls_last=True), "-created_at").first()
    )
