"""Where a person stands: in the organizations, and in each of some sessions. Asked once, judged any number of times."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.person import Person
from core.rows import chunks
from rooms.permissions import Memberships
from sessions.models import Admission, Attendance, Ban, Session, SessionRole, StageMember


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in one session. ``role`` is an assigned one, not the host's, which follows from the room.

    ``is_admitted``: they waited when the door was closed behind them.
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
    """A person's memberships, and their place in the sessions where they have one."""

    memberships: Memberships
    places: dict[UUID, Place]

    @classmethod
    def of(cls, person: Person, sessions: Iterable[Session]) -> "Viewpoint":
        """Two queries for a known person, none for an anonymous one."""
        if person.user is None:
            return cls(Memberships.of(person), {})
        found = _rows(sessions=[session.pk for session in sessions], users=[person.user.pk])
        return cls(Memberships.of(person), _places(found, by="session"))


def places_in(session: Session, user_ids: Collection[UUID]) -> dict[UUID, Place]:
    """The place of each of these people in ``session``; one query for each 500. People without one are left out."""
    found: dict[UUID, Place] = {}
    for some in chunks(user_ids):
        found |= _places(_rows(sessions=[session.pk], users=some), by="user")
    return found


def _rows(*, sessions: list[UUID], users: list[UUID]) -> Iterable[tuple[Any, ...]]:
    """(session, user, kind, audio, video) of everything that gives somebody a place, in one query."""
    here = Q(session__in=sessions, user__in=users)
    joined = _shaped(Attendance.objects.filter(here), Value("joined"))
    admitted = _shaped(Admission.objects.filter(here), Value("admitted"))
    roles = _shaped(SessionRole.objects.filter(here, removed_at=None), F("role"))
    banned = _shaped(Ban.objects.filter(here, lifted_at=None), Value("banned"))
    stage = StageMember.objects.filter(here, left_stage_at=None)
    on_stage = _shaped(stage, Value("on_stage"), audio=F("can_publish_audio"), video=F("can_publish_video"))
    return joined.union(admitted, roles, banned, on_stage, _banned_by_device(sessions, users), all=True)


def _shaped(rows: QuerySet[Any], kind: Any, *, audio: Any = None, video: Any = None) -> QuerySet[Any, Any]:
    no = Value(False, output_field=BooleanField())
    return (
        rows.order_by()
        .annotate(_kind=_as_text(kind), _audio=audio or no, _video=video or no)
        .values_list("session_id", "user_id", "_kind", "_audio", "_video")
    )


def _as_text(kind: Any) -> Any:
    return Cast(kind, CharField(max_length=9))


def _banned_by_device(sessions: list[UUID], users: list[UUID]) -> QuerySet[Any, Any]:
    """People who share a device with somebody banned: the same browser under another name. Staff are never banned."""
    other = "user__device_uses__device__uses__user"
    here = {f"{other}__in": users, f"{other}__is_staff": False}
    bans = Ban.objects.filter(session__in=sessions, lifted_at=None, **here)
    no = Value(False, output_field=BooleanField())
    return (
        bans.order_by()
        .annotate(_kind=_as_text(Value("banned")), _audio=no, _video=no)
        .values_list("session_id", other, "_kind", "_audio", "_video")
    )


def _places(rows: Iterable[tuple[Any, ...]], *, by: str) -> dict[UUID, Place]:
    places: dict[UUID, Place] = {}
    for session_id, user_id, kind, audio, video in rows:
        key = session_id if by == "session" else user_id
        place = places.get(key, NOBODY)
        match kind:
            case "joined":
                place = replace(place, has_joined=True)
            case "admitted":
                place = replace(place, is_admitted=True)
            case "banned":
                place = replace(place, is_banned=True)
            case "on_stage":
                place = replace(place, is_on_stage=True, can_publish_audio=bool(audio), can_publish_video=bool(video))
            case _:
                place = replace(place, role=kind)
        places[key] = place
    return places
