"""A person's memberships and places in sessions: queried once, then used for any number of judgements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.person import Person
from core.prepared import prepared
from core.rows import chunks
from organizations.models import Membership
from rooms.permissions import Memberships
from sessions.models import Admission, Attendance, Ban, Session, SessionRole, StageMember


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in one session. ``role`` is an assigned one, not the host's, which follows from the room.

    ``is_admitted``: they waited when the session was locked.
    """

    has_joined: bool = False
    is_admitted: bool = False
    role: str | None = None
    is_banned: bool = False
    is_on_stage: bool = False
    can_publish_audio: bool = False
    can_publish_video: bool = False


NOBODY = Place()


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A person's memberships, and their places in the sessions where they have one."""

    memberships: Memberships
    places: dict[UUID, Place]

    @classmethod
    def of(cls, person: Person, sessions: Iterable[Session]) -> "Viewpoint":
        """One query for a known person (for each 500 sessions), none for an anonymous one."""
        if person.user is None:
            return cls(Memberships.of(person), {})
        found = placed([session.pk for session in sessions], [person.user.pk])
        mine = found.roles.get(person.user.pk, {})
        places = {session_id: place for (session_id, _user), place in found.places.items()}
        return cls(Memberships(person, mine).limited(), places)

    def joined(self, session_id: UUID) -> "Viewpoint":
        """The same once the person has come in."""
        here = replace(self.places.get(session_id, NOBODY), has_joined=True)
        return Viewpoint(self.memberships, self.places | {session_id: here})


@dataclass(frozen=True, slots=True)
class Placed:
    """Where people stand: (session, user) → their place there; user → organization → their role in it.

    Closed organizations are left out, and so are people without a place.
    """

    places: dict[tuple[UUID, UUID], Place]
    roles: dict[UUID, dict[UUID, str]]


def placed(session_ids: Collection[UUID], user_ids: Collection[UUID]) -> Placed:
    """Where these people stand in these sessions; one query for each 500 of either."""
    places: dict[tuple[UUID, UUID], Place] = {}
    roles: dict[UUID, dict[UUID, str]] = {}
    sessions = list(chunks(session_ids)) or [[]]
    for some in chunks(user_ids):
        for these in sessions:
            for where, user_id, kind, audio, video in _signs.all(sessions=these, users=some):
                if kind.startswith(_MEMBER):
                    roles.setdefault(user_id, {})[where] = kind.removeprefix(_MEMBER)
                else:
                    key = (where, user_id)
                    places[key] = _with(places.get(key, NOBODY), kind, audio=audio, video=video)
    return Placed(places, roles)


def _with(place: Place, kind: str, *, audio: bool, video: bool) -> Place:
    match kind:
        case "joined":
            return replace(place, has_joined=True)
        case "admitted":
            return replace(place, is_admitted=True)
        case "banned":
            return replace(place, is_banned=True)
        case "on_stage":
            return replace(place, is_on_stage=True, can_publish_audio=bool(audio), can_publish_video=bool(video))
    return replace(place, role=kind)


_MEMBER = "in "


@prepared
def _signs(sessions: list[UUID], users: list[UUID]) -> QuerySet[Any, Any]:
    """(session, user, kind, audio, video) of everything that gives somebody a place, and (organization, user, role)."""
    here = Q(session__in=sessions, user__in=users)
    joined = _shaped(Attendance.objects.filter(here), Value("joined"))
    admitted = _shaped(Admission.objects.filter(here), Value("admitted"))
    roles = _shaped(SessionRole.objects.filter(here, removed_at=None), F("role"))
    banned = _shaped(Ban.objects.filter(here, lifted_at=None), Value("banned"))
    stage = StageMember.objects.filter(here, left_stage_at=None)
    on_stage = _shaped(stage, Value("on_stage"), audio=F("can_publish_audio"), video=F("can_publish_video"))
    # The same browser under another name is banned with it; staff are never banned.
    device = "user__device_uses__device__uses__user"
    bans = Ban.objects.filter(
        session__in=sessions, lifted_at=None, **{f"{device}__in": users, f"{device}__is_staff": False}
    )
    by_device = _shaped(bans, Value("banned"), user=device)
    members = Membership.objects.filter(user__in=users, organization__is_active=True)
    memberships = _shaped(members, Concat(Value(_MEMBER), F("role")), where="organization_id")
    return joined.union(admitted, roles, banned, on_stage, by_device, memberships, all=True)


def _shaped(
    rows: QuerySet[Any],
    kind: Any,
    *,
    where: str = "session_id",
    user: str = "user_id",
    audio: Any = None,
    video: Any = None,
) -> QuerySet[Any, Any]:
    no = Value(False, output_field=BooleanField())
    return (
        rows.order_by()
        .annotate(_kind=Cast(kind, CharField(max_length=20)), _audio=audio or no, _video=video or no)
        .values_list(where, user, "_kind", "_audio", "_video")
    )
