"""Reads of rooms and presets; every queryset starts at what the caller may see."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person, Scope
from core.errors import Invalid, NotFound
from core.ids import parse_uuid
from core.rows import find
from organizations.models import Library
from organizations.queries import MANAGERS, libraries_of, organizations_of, why_idle
from rooms.models import Preset, PresetQuerySet, Room, RoomQuerySet
from rooms.permissions import may_use_presets, owns_preset


def complete_rooms() -> RoomQuerySet:
    """Rooms with everything that a reply or a judgement needs, in one query whatever their number."""
    return Room.objects.available().complete().select_related("library__organization")


def rooms_seen_by(person: Person, prefix: str = "") -> Q:
    """The condition under which ``person`` may read a room (reached through ``prefix``) by id."""
    seen = ~Q(**{f"{prefix}visibility": Room.Visibility.PRIVATE})
    if person.user is None:
        return seen
    key = person.api_key
    if key is not None and not {Scope.ROOMS, Scope.SESSIONS} & key.scopes:
        return seen
    mine = Q(**{f"{prefix}library__organization__in": organizations_of(person).values("organization")})
    if key is None:
        mine |= Q(**{f"{prefix}host": person.user})
    if person.session_id is not None:
        mine &= Q(**{f"{prefix}sessions": person.session_id})
    return seen | mine


def visible_rooms(person: Person) -> RoomQuerySet:
    """Rooms that ``person`` may read by id: public, unlisted, and private ones of their organizations."""
    return complete_rooms().filter(rooms_seen_by(person))


def public_rooms() -> RoomQuerySet:
    """The public list: public rooms of all organizations, newest first."""
    return complete_rooms().filter(visibility=Room.Visibility.PUBLIC)


def my_rooms(person: Person) -> RoomQuerySet:
    """Rooms whose host the caller is; with a key only those of its organization."""
    if person.user is None or person.session_id is not None or not person.has_scope(Scope.ROOMS):
        return complete_rooms().none()
    rooms = complete_rooms().filter(host=person.user)
    return rooms.filter(library__organization=person.api_key.organization_id) if person.api_key else rooms


def manages(person: Person) -> Q:
    """The condition under which ``person``, who must be known, manages a room: as host, owner or admin."""
    managed = organizations_of(person).filter(role__in=MANAGERS).values("organization")
    return Q(host=person.user) | Q(library__organization__in=managed)


def managed_rooms(person: Person) -> RoomQuerySet:
    """Rooms that the caller may manage: their own, and all of organizations they own or administer."""
    if person.user is None or person.session_id is not None:
        return complete_rooms().none()
    return complete_rooms().filter(manages(person))


def find_managed_room(person: Person, room_id: object) -> Room:
    """A room to change. Raises NotFound unless the caller manages it."""
    return find(managed_rooms(person), room_id)


def find_room(person: Person, room_id: object) -> Room:
    """The room, with host, library and ``active_session_id``. Raises NotFound unless ``person`` may read it."""
    return find(visible_rooms(person), room_id)


def find_room_by_slug(person: Person, slug: str) -> Room:
    """The room at the public address ``/w/{slug}``. Raises NotFound unless ``person`` may read it."""
    room = visible_rooms(person).filter(slug=slug).first()
    if room is None:
        raise NotFound
    return room


def complete_presets() -> PresetQuerySet:
    """Presets that were not deleted, with library."""
    return Preset.objects.alive().select_related("library")


def my_presets(person: Person) -> QuerySet[Preset]:
    """The caller's own presets, newest first; with a key only those of its organization."""
    if not may_use_presets(person):
        return complete_presets().none()
    presets = complete_presets().filter(user=person.user)
    return presets.filter(library__organization=person.api_key.organization_id) if person.api_key else presets


def usable_presets(person: Person) -> QuerySet[Preset]:
    """Presets that the caller may read and use for sessions: their own and those of their libraries."""
    if person.user is None or person.session_id is not None:
        return complete_presets().none()
    shared = Q(library__in=libraries_of(person))
    return complete_presets().filter(shared if person.api_key else shared | Q(user=person.user))


def find_preset(person: Person, preset_id: object) -> Preset:
    """A preset to read. Raises NotFound unless it is the caller's or their library's."""
    known = parse_uuid(preset_id)
    preset = usable_presets(person).filter(pk=known).first() if known and may_use_presets(person) else None
    if preset is None:
        raise NotFound
    return preset


def find_own_preset(person: Person, preset_id: object) -> Preset:
    """A preset to change. Raises NotFound unless the caller owns it."""
    preset = find_preset(person, preset_id)
    if not owns_preset(person, preset):
        raise NotFound
    return preset


def default_preset(user: User, library: Library) -> Preset | None:
    """The preset for new webinars of ``user``: their default in ``library``, else their newest there."""
    return complete_presets().filter(user=user, library=library).order_by("-is_default", "-created_at", "-id").first()


def libraries_to_choose(person: Person) -> tuple[list[Library], Library | None]:
    """The libraries that something new can be in, and the one that it is in without a choice; none for who has none."""
    libraries = list(libraries_of(person).select_related("organization").order_by("organization__name", "name", "pk"))
    return libraries, (library_for(person, None) if len(libraries) > 1 else None)


def library_for(person: Person, library_id: UUID | None) -> Library:
    """The library of a new room or preset: the named one, else the default one of the person's organization.

    Raises Invalid, with the same answer for unknown libraries and those of others.
    """
    libraries = libraries_of(person)
    if library_id is not None:
        library = libraries.filter(pk=library_id).first()
    else:
        user, key = person.user, person.api_key
        home = key.organization_id if key else (user.organization_id if user else None)
        library = libraries.filter(organization=home, is_default=True).first()
        library = library or libraries.filter(is_default=True).order_by("created_at").first()
    if library is None:
        idle = why_idle(person.user) if person.user and library_id is None else None
        raise Invalid.field("library_id", idle or _("This library does not exist, or you cannot use it."), "unknown")
    return library
