"""The bin of rooms and presets: what was deleted can be restored for some days.

A room in the bin hides its sessions with everything that belongs to them; restoring it shows them again, except those
that were deleted before it. ``live.services.bin`` says what is deleted for good, and when.
"""

from django.db import transaction

from accounts.models import User
from accounts.person import Person, Scope
from audit.services import record
from core.errors import NotFound
from core.rows import find
from rooms.models import Preset, Room
from rooms.models import PresetQuerySet as Presets
from rooms.models import RoomQuerySet as Rooms
from rooms.permissions import Memberships, may_manage_room, may_use_presets, owns_preset
from rooms.queries import complete_presets, complete_rooms, manages
from rooms.services import hide_preset, hide_room

# Reads


def my_rooms_in_bin(person: Person) -> Rooms:
    """Rooms that the caller can restore, the last deleted first."""
    if person.user is None or person.session_id is not None or not person.has_scope(Scope.ROOMS):
        return Room.objects.none()
    found = Room.objects.binned().select_related("library", "host").filter(manages(person))
    if person.api_key is not None:
        found = found.filter(library__organization=person.api_key.organization_id)
    return found.order_by("-deleted_at", "-id")


def find_room_in_bin(person: Person, room_id: object) -> Room:
    """A room that this person can restore. Raises NotFound."""
    return find(my_rooms_in_bin(person), room_id)


def my_presets_in_bin(person: Person) -> Presets:
    """Presets of the caller's own that they can restore, the last deleted first."""
    if not may_use_presets(person):
        return Preset.objects.none()
    found = Preset.objects.binned().select_related("library").filter(user=person.user)
    if person.api_key is not None:
        found = found.filter(library__organization=person.api_key.organization_id)
    return found.order_by("-deleted_at", "-id")


def find_preset_in_bin(person: Person, preset_id: object) -> Preset:
    """A preset that this person can restore. Raises NotFound."""
    return find(my_presets_in_bin(person), preset_id)


# Writes


def restore_room(*, actor: Person, room: Room) -> Room:
    """Restore a room with the sessions that were deleted with it. Raises NotFound."""
    with transaction.atomic():
        locked = lock_binned_room(room)
        if not may_manage_room(Memberships.of(actor), locked):
            raise NotFound
        _restore_room(locked, actor.user)
    return complete_rooms().get(pk=room.pk)


def restore_preset(*, actor: Person, preset: Preset) -> Preset:
    """Restore a preset; it is no longer the default if another one has become it. Raises NotFound."""
    with transaction.atomic():
        locked = Preset.objects.binned().select_for_update(no_key=True).filter(pk=preset.pk).first()
        if locked is None or not owns_preset(actor, preset):
            raise NotFound
        _restore_preset(locked, actor.user)
    return complete_presets().get(pk=preset.pk)


def delete_room_for_staff(room: Room, *, by: User) -> None:
    """Move it to the bin, whoever's it is. Raises NotFound, RoomIsLive."""
    with transaction.atomic():
        locked = Room.objects.alive().select_for_update(no_key=True).filter(pk=room.pk).first()
        if locked is None:
            raise NotFound
        hide_room(locked, by)


def delete_preset_for_staff(preset: Preset, *, by: User) -> None:
    """Move it to the bin, whoever's it is. Raises NotFound, PresetInUse."""
    with transaction.atomic():
        locked = Preset.objects.alive().select_for_update(no_key=True).filter(pk=preset.pk).first()
        if locked is None:
            raise NotFound
        hide_preset(locked, by)


def restore_room_for_staff(room: Room, *, by: User) -> None:
    """Restore it, whoever's it is. Raises NotFound."""
    with transaction.atomic():
        _restore_room(lock_binned_room(room), by)


def restore_preset_for_staff(preset: Preset, *, by: User) -> None:
    """Restore it, whoever's it is. Raises NotFound."""
    with transaction.atomic():
        locked = Preset.objects.binned().select_for_update(no_key=True).filter(pk=preset.pk).first()
        if locked is None:
            raise NotFound
        _restore_preset(locked, by)


def lock_binned_room(room: Room) -> Room:
    """The current row, locked. Raises NotFound if it is not, or no longer, in the bin."""
    rows = Room.objects.binned().select_related("library").select_for_update(no_key=True, of=("self",))
    locked = rows.filter(pk=room.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _restore_room(locked: Room, by: User | None) -> None:
    locked.deleted_at = None
    locked.save(update_fields=["deleted_at", "updated_at"])
    record("room.restored", actor=by.pk if by else None, room=str(locked.pk), title=locked.title)


def _restore_preset(locked: Preset, by: User | None) -> None:
    others = Preset.objects.alive().filter(user=locked.user_id, library=locked.library_id, is_default=True)
    locked.deleted_at = None
    locked.is_default = locked.is_default and not others.exists()
    locked.save(update_fields=["deleted_at", "is_default", "updated_at"])
    record("preset.restored", actor=by.pk if by else None, preset=str(locked.pk), name=locked.name)
