"""Sessions read with all that a reply or a judgement of rights needs, and no more: every column costs each request."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from core.prepared import prepared
from core.rows import chunks
from organizations.models import Library, Organization
from rooms.models import PRESET_FLAGS, Preset, Room, RoomQuerySet
from sessions.models import Session

_Row = TypeVar("_Row", bound=Model)

_ROOM, _PRESET = Session._meta.get_field("room"), Session._meta.get_field("preset")
_OF_A_ROOM = ("host", "library__organization")
#: Read when somebody asks for them after all.
_LEFT_OUT_OF_A_ROOM = (
    *(f"host__{name}" for name in ("password", "last_login", "is_superuser", "is_staff")),
    "library__created_at",
    "library__organization__created_at",
)


def lean(rows: QuerySet[_Row], path: str = "") -> QuerySet[_Row]:
    """``rows`` with the session at ``path`` (such as ``session__``; by default they are sessions), its preset, room,
    host and organization. They are not sorted: that would cost as much again.
    """
    related = (f"{path}room__{name}" for name in _OF_A_ROOM)
    return (
        rows.select_related(f"{path}preset", *related)
        .defer(*(f"{path}room__{name}" for name in _LEFT_OUT_OF_A_ROOM))
        .order_by()
    )


def _all_but(model: type[Model], path: str, kept: set[str]) -> list[str]:
    return [f"{path}{field.name}" for field in model._meta.concrete_fields if field.name not in kept]


#: What no right depends on.
_NOT_FOR_RIGHTS = (
    *_all_but(
        Session,
        "",
        {"id", "room", "preset", "preset_copy", "status", "started_at", "backstage_opened_at", "stage_hidden_at"}
        | {"chat_enabled_override", "stage_enabled_override", "poll_enabled_override"}
        | {"chat_from", "is_door_closed", "updated_at"},
    ),
    *_all_but(Preset, "preset__", {"id", *PRESET_FLAGS}),
    *_all_but(Room, "room__", {"id", "host", "library", "access", "visibility"}),
    *_all_but(Library, "room__library__", {"id", "organization"}),
    *_all_but(Organization, "room__library__organization__", {"id", "is_active"}),
)


def for_rights(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with what rights in them are judged by, and no more; what else somebody asks for is read then."""
    return rows.select_related("preset", "room__library__organization").defer(*_NOT_FOR_RIGHTS).order_by()


def with_parts(sessions: list[Session]) -> list[Session]:
    """``sessions`` with what :func:`lean` joins, in two queries: many sessions of a list have the same room and preset,
    and each row would bring all of it again. One whose room or preset is gone meanwhile is left out.
    """
    rooms = {room.pk: room for some in chunks(each.room_id for each in sessions) for room in _rooms.all(ids=some)}
    presets = {
        preset.pk: preset for some in chunks(each.preset_id for each in sessions) for preset in _presets.all(ids=some)
    }
    found = [each for each in sessions if each.room_id in rooms and each.preset_id in presets]
    for session in found:
        _ROOM.set_cached_value(session, rooms[session.room_id])
        _PRESET.set_cached_value(session, presets[session.preset_id])
    return found


@prepared
def _rooms(ids: list[UUID]) -> RoomQuerySet:
    rows = Room.objects.filter(pk__in=ids).complete().select_related(*_OF_A_ROOM)
    return rows.defer(*_LEFT_OUT_OF_A_ROOM).order_by()


@prepared
def _presets(ids: list[UUID]) -> QuerySet[Preset]:
    return Preset.objects.filter(pk__in=ids).order_by()
