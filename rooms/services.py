"""Writes of rooms and presets: one function for each use case, keyword-only arguments, actor first."""

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import Conflict, NotAllowed, NotFound
from core.limits import Limiter
from core.nudges import nudge
from core.rows import check_most
from rooms import surveys
from rooms.logos import save_logo
from rooms.models import DEFAULT_COLOR, Preset, Room
from rooms.permissions import Memberships, may_create_rooms, may_manage_room, may_use_presets, owns_preset
from rooms.queries import complete_presets, complete_rooms, library_for

_TOO_MANY_ROOMS = _("You have the maximum number of rooms. Delete some for good first.")
_TOO_MANY_PRESETS = _("You have the maximum number of presets. Delete some for good first.")
#: Letters and digits that cannot be confused when an address is read aloud.
_SLUG_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class RoomIsLive(Conflict):
    """A room cannot be deleted while one of its sessions is live."""

    code = "room_is_live"
    sentence = _("A session of this room is live. End it first.")


class PresetInUse(Conflict):
    """A scheduled or live session uses the preset."""

    code = "preset_in_use"
    sentence = _("A scheduled or live session uses this preset. Delete or end the session first.")


def new_slug(title: str) -> str:
    """An unguessable address from ``title``: its words and 50 random bits."""
    words = slugify(title)[:40].strip("-")
    tail = "".join(secrets.choice(_SLUG_ALPHABET) for _count in range(10))
    return f"{words}-{tail}" if words else tail


def create_room(
    *,
    actor: Person,
    title: str,
    description: str = "",
    analytics: dict[str, Any] | None = None,
    access: str = Room.Access.OPEN,
    visibility: str = Room.Visibility.PUBLIC,
    replay_publishing: str = "",
    library_id: UUID | None = None,
) -> Room:
    """Create a room whose host is the caller (for an API key the person it acts for).

    ``analytics`` as in the API: ``{"google_tag_manager": {"container_id", "enabled"}}``. Raises NotAllowed, Invalid,
    LimitReached.
    """
    if actor.user is None or not may_create_rooms(actor):
        raise NotAllowed(_("Only accounts with the role host can create rooms."))
    library = library_for(actor, library_id)
    with transaction.atomic():
        _lock_owner(actor.user)
        check_most(Room.objects.filter(host=actor.user, purged_at=None), settings.ROOMS_PER_HOST, _TOO_MANY_ROOMS)
        room = Room.objects.create(
            host=actor.user,
            library=library,
            slug=new_slug(title),
            title=title,
            description=description,
            access=access,
            visibility=visibility,
            replay_publishing=replay_publishing,
            **_analytics_fields(analytics or {}),
        )
    return complete_rooms().get(pk=room.pk)


def _analytics_fields(analytics: dict[str, Any]) -> dict[str, Any]:
    """The columns for the API's ``analytics``; missing fields stay unchanged."""
    tag_manager = analytics.get("google_tag_manager") or {}
    return {f"analytics_{name}": tag_manager[name] for name in ("container_id", "enabled") if name in tag_manager}


def update_room(*, actor: Person, room: Room, **changes: Any) -> Room:
    """Change title, description, thank-you page (``thank_you_…``), survey, analytics, access, visibility or
    replay_publishing. Missing ones stay unchanged, and so does the address.

    Raises NotAllowed, NotFound, Invalid (field ``survey``).
    """
    if "survey" in changes:
        changes["survey"] = surveys.checked(changes["survey"])
    with transaction.atomic():
        locked = _lock_room(room.pk)
        if not may_manage_room(Memberships.of(actor), locked):
            raise NotAllowed
        if "analytics" in changes:
            empty = {"google_tag_manager": {"container_id": "", "enabled": False}}
            changes |= _analytics_fields(changes.pop("analytics") or empty)
        for name, value in changes.items():
            setattr(locked, name, value)
        if changes:
            locked.save(update_fields=[*changes, "updated_at"])
        if "visibility" in changes:
            follow_room(room.pk)
        return complete_rooms().get(pk=room.pk)


@nudge
def room_changed(room_id: str) -> None:
    """Nudge: judge everybody in the room's sessions again; without it that happens within a few seconds anyway."""


@nudge
def room_deleted(room_id: str) -> None:
    """Nudge: tell open pages of the room's future sessions."""


def follow_room(room_id: UUID) -> None:
    """Who may see or host the room has changed: after the commit, people in its sessions are judged again."""
    room_changed.on_commit(str(room_id))


def delete_room(*, actor: Person, room: Room) -> None:
    """Move the room to the bin with its sessions and everything that belongs to them; ``rooms.bin`` restores it.

    Raises NotAllowed, NotFound, RoomIsLive.
    """
    with transaction.atomic():
        locked = _lock_room(room.pk)
        if not may_manage_room(Memberships.of(actor), locked):
            raise NotAllowed
        hide_room(locked, actor.user)


def hide_room(locked: Room, by: User | None) -> None:
    """Move the locked room to the bin, with its sessions. Raises RoomIsLive."""
    if locked.sessions.filter(status="live", deleted_at=None).exists():
        raise RoomIsLive
    locked.deleted_at = timezone.now()
    locked.save(update_fields=["deleted_at", "updated_at"])
    record("room.deleted", actor=by.pk if by else None, room=str(locked.pk), title=locked.title)
    room_deleted.on_commit(str(locked.pk))


def _lock_room(room_id: UUID) -> Room:
    rooms = Room.objects.alive().select_related("library").select_for_update(no_key=True, of=("self",))
    room = rooms.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def create_preset(*, actor: Person, name: str, type: str, primary_color: str, **fields: Any) -> Preset:
    """Create a preset of the caller; a new default replaces the person's older one in that library.

    ``fields``: any other field of the preset; ``logo`` as an https or data URL, or None; ``library_id``. Raises
    NotAllowed, Invalid, LimitReached, TooMany (logos).
    """
    if actor.user is None or not may_use_presets(actor):
        raise NotAllowed(_("Sign in with your account to make presets."))
    library = library_for(actor, fields.pop("library_id", None))
    preset = Preset(user=actor.user, library=library, name=name, type=type, primary_color=primary_color)
    check_most(Preset.objects.filter(user=actor.user), settings.PRESETS_PER_HOST, _TOO_MANY_PRESETS)
    preset.logo = _save_logo(actor.user, fields.pop("logo", None))
    for field, value in fields.items():
        setattr(preset, field, value)
    with transaction.atomic():
        _lock_owner(actor.user)
        if preset.is_default:
            _clear_default(preset)
        preset.save()
        return complete_presets().get(pk=preset.pk)


def create_standard_preset(*, actor: Person, library_id: UUID | None = None) -> Preset:
    """Create the preset that people without one start with; it becomes their default. Raises NotAllowed, Invalid."""
    return create_preset(
        actor=actor,
        name=str(_("Standard")),
        type=Preset.Type.WHIP,
        primary_color=DEFAULT_COLOR,
        library_id=library_id,
        is_default=True,
    )


def update_preset(*, actor: Person, preset: Preset, **changes: Any) -> Preset:
    """Change the named fields. Sessions that went live keep their copy. Raises NotFound, Invalid, TooMany."""
    if not owns_preset(actor, preset):
        raise NotFound
    if "logo" in changes:
        changes["logo"] = _save_logo(preset.user, changes["logo"])
    with transaction.atomic():
        _lock_owner(preset.user)
        locked = _lock_preset(preset.pk)
        for name, value in changes.items():
            setattr(locked, name, value)
        if changes.get("is_default"):
            _clear_default(locked)
        if changes:
            locked.save(update_fields=[*changes, "updated_at"])
        return complete_presets().get(pk=preset.pk)


def _save_logo(user: User, source: str | None) -> str:
    if source:
        Limiter().check("logo", str(user.pk), settings.LOGOS_PER_HOUR, 3600)
    return save_logo(source)


def set_default_preset(*, actor: Person, preset: Preset) -> Preset:
    """Make it the only default of its owner in its library. Raises NotFound."""
    return update_preset(actor=actor, preset=preset, is_default=True)


def delete_preset(*, actor: Person, preset: Preset) -> None:
    """Move the preset to the bin; ``rooms.bin`` restores it. Raises NotFound, PresetInUse."""
    if not owns_preset(actor, preset):
        raise NotFound
    with transaction.atomic():
        hide_preset(_lock_preset(preset.pk), actor.user)


def hide_preset(locked: Preset, by: User | None) -> None:
    """Move the locked preset to the bin. Raises PresetInUse."""
    in_use = locked.sessions.filter(deleted_at=None, room__deleted_at=None, status__in=["scheduled", "live"])
    if in_use.exists():
        raise PresetInUse
    locked.deleted_at = timezone.now()
    locked.save(update_fields=["deleted_at", "updated_at"])
    record("preset.deleted", actor=by.pk if by else None, preset=str(locked.pk), name=locked.name)


def _lock_owner(user: User) -> None:
    """Lock the owner's row, so that of two new defaults at once the second one wins."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()


def _lock_preset(preset_id: UUID) -> Preset:
    preset = Preset.objects.alive().select_for_update(no_key=True).filter(pk=preset_id).first()
    if preset is None:
        raise NotFound
    return preset


def _clear_default(preset: Preset) -> None:
    others = Preset.objects.alive().filter(user=preset.user, library=preset.library, is_default=True)
    others.exclude(pk=preset.pk).update(is_default=False)
