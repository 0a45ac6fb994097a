"""Writes of sessions that change nothing else; start, go_live, end and join are in ``live.services``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from audit.services import record
from core.errors import Invalid, NotFound
from core.nudges import nudge
from core.rows import check_most
from realtime.outbox import emit
from rooms.models import Preset, Room
from rooms.permissions import Memberships, may_run_sessions
from rooms.queries import usable_presets
from sessions import lifecycle
from sessions.errors import BackstageIsOpen, SessionEnded, SessionIsLive
from sessions.events import RightsChanged, SessionSettings
from sessions.models import Presence, Session, SessionQuerySet
from sessions.queries import complete_session
from sessions.rights.capabilities import capabilities, require
from sessions.stream_keys import give_stream_key, take_stream_key

#: What can be changed at any time; everything else only before the session goes live.
_ALWAYS = frozenset({"title", "description"})
_TOO_MANY = _("This host has the maximum number of sessions. Delete some for good first.")


@dataclass(frozen=True, slots=True)
class CreatedSession:
    """A new session; ``stream_key`` and ``rtmp_url`` only in mode rtmp."""

    session: Session
    rtmp_url: str | None
    stream_key: str | None


def create_session(
    *,
    actor: Person,
    room: Room,
    title: str,
    preset_id: UUID,
    description: str = "",
    mode: str | None = None,
    scheduled_start_time: datetime | None = None,
    planned_duration: int = 60,
    replay_publishing: str = "",
) -> CreatedSession:
    """Schedule a session in ``room``.

    ``mode`` follows the preset's type unless given; ``planned_duration`` in minutes. Raises NotAllowed, NotFound (the
    room is gone), LimitReached, Invalid (an unknown preset and somebody else's get the same answer).
    """
    require(may_run_sessions(Memberships.of(actor), room))
    check_start(scheduled_start_time)
    with transaction.atomic():
        lock_room(room)
        preset = lock_preset(actor, preset_id)
        session = Session(
            room=room,
            preset=preset,
            title=title,
            description=description,
            mode=mode or (Session.Mode.RTMP if preset.type == Preset.Type.RTMP else Session.Mode.WEBCAM),
            scheduled_start_time=scheduled_start_time,
            planned_duration=planned_duration,
            replay_publishing=replay_publishing,
        )
        key = save_new(session)
    return created(session, key)


def check_start(time: datetime | None) -> None:
    """Raises Invalid for a start of a new session that has long passed, or is too far ahead."""
    if time is None:
        return
    if time < timezone.now() - settings.EXPIRE_AFTER:
        raise Invalid.field("scheduled_start_time", _("This time has passed. Choose a time in the future."), "past")
    lifecycle.check_time(time)


def lock_room(room: Room, *, more: int = 1) -> None:
    """Lock the room for ``more`` new sessions. Raises NotFound if it was deleted, LimitReached."""
    if Room.objects.alive().select_for_update(no_key=True).filter(pk=room.pk).first() is None:
        raise NotFound
    theirs = Session.objects.filter(room__host=room.host_id, purged_at=None)
    check_most(theirs, settings.SESSIONS_PER_HOST - more + 1, _TOO_MANY)


def save_new(session: Session) -> str | None:
    """Save a new session; returns the stream key that it gets in mode rtmp."""
    key = give_stream_key(session) if session.mode == Session.Mode.RTMP else None
    session.save()
    return key


def created(session: Session, key: str | None) -> CreatedSession:
    """The saved session as its caller needs it."""
    return CreatedSession(complete_session(session.pk), (settings.RTMP_URL or None) if key else None, key)


def lock_preset(actor: Person, preset_id: UUID) -> Preset:
    """Lock a preset that ``actor`` may use, so that it is not deleted meanwhile. Raises Invalid."""
    usable = usable_presets(actor).filter(pk=preset_id).values("pk")
    preset = Preset.objects.alive().select_for_update(no_key=True).filter(pk__in=usable).first()
    if preset is None:
        raise Invalid.field("preset_id", _("This preset does not exist, or you cannot use it."), "unknown")
    return preset


def reschedule(*, actor: Person, session: Session, scheduled_start_time: datetime | None) -> Session:
    """Move a scheduled or expired session to another time in the future, or to none; everyone with the page open is
    told.

    Raises NotAllowed, NotFound, SessionIsLive, SessionEnded, Invalid.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_reschedule)
        if lifecycle.reschedule(locked, scheduled_start_time):
            record("session.rescheduled", actor=_user_id(actor), session=locked.pk, to=scheduled_start_time)
    return complete_session(session.pk)


def update_session(*, actor: Person, session: Session, **changes: Any) -> Session:
    """Change title and description at any time, and before it goes live also planned_duration, preset_id and mode.

    ``scheduled_start_time`` also moves it, for who may; None: to no date. Missing ones stay; open pages show the
    changes at once. Raises NotAllowed, NotFound, SessionIsLive, SessionEnded, BackstageIsOpen (mode), Invalid (an
    unknown preset and somebody else's get the same answer); then nothing has changed.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_change_settings)
        moves = "scheduled_start_time" in changes
        time: datetime | None = changes.pop("scheduled_start_time", None)
        changes = {name: value for name, value in changes.items() if getattr(locked, name) != value}
        _check_changeable(locked, changes)
        if changes:
            _change(actor, locked, changes)
            emit(SessionSettings.of(locked))
            record("session.updated", actor=_user_id(actor), session=locked.pk, fields=sorted(changes))
        if moves:
            require(allowed.may_reschedule)
            if lifecycle.reschedule(locked, time):
                record("session.rescheduled", actor=_user_id(actor), session=locked.pk, to=time)
    return complete_session(session.pk)


def _check_changeable(session: Session, changes: dict[str, Any]) -> None:
    if changes.keys() <= _ALWAYS:
        return
    if session.is_live:
        raise SessionIsLive(_("The session is live: only its title and description can be changed now."))
    if session.status == Session.Status.ENDED:
        raise SessionEnded(_("The session has ended: only its title and description can be changed now."))
    if "mode" in changes and session.is_backstage:
        raise BackstageIsOpen


def _change(actor: Person, session: Session, changes: dict[str, Any]) -> None:
    if "preset_id" in changes:
        session.preset = lock_preset(actor, changes["preset_id"])
        emit(RightsChanged.of(session))  # on the stage, too
        media_room_due.on_commit(str(session.pk))
    for name in changes.keys() - {"preset_id"}:
        setattr(session, name, changes[name])
    fields = set(changes)
    if "mode" in changes:
        (give_stream_key if session.mode == Session.Mode.RTMP else take_stream_key)(session)
        fields |= {"stream_key_sealed", "stream_key_hash"}
    session.save(update_fields=[*fields, "updated_at"])


def change_settings(*, actor: Person, session: Session, **changes: Any) -> Session:
    """Override the preset's chat, stage, polls, or stage limit; None returns to the preset.

    ``changes``: chat_enabled, stage_enabled, poll_enabled, max_join_limit; missing ones stay unchanged. Takes
    effect on open pages at once. Raises NotAllowed, NotFound, SessionEnded.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_change_settings)
        if locked.status == Session.Status.ENDED:
            raise SessionEnded
        fields = {f"{name}_override": value for name, value in changes.items()}
        if any(getattr(locked, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(locked, name, value)
            locked.save(update_fields=[*fields, "updated_at"])
            emit(SessionSettings.of(locked))
            record("session.settings_changed", actor=_user_id(actor), session=locked.pk, **changes)
    return complete_session(session.pk)


def delete_session(*, actor: Person, session: Session) -> None:
    """Move a session to the bin with everything that belongs to it: 404 until ``sessions.bin`` restores it.

    Its media room, if any, is closed by the reconcile. Raises NotAllowed, NotFound, SessionIsLive.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_delete)
        lifecycle.delete(locked)
        record("session.deleted", actor=_user_id(actor), session=locked.pk, title=locked.title)
        media_room_due.on_commit(str(session.pk))


def record_download(*, actor: Person, session: Session, what: str) -> None:
    """Record in the audit log who downloaded ``what`` (chat, polls, questions, survey, attendance)."""
    record(f"{what}.exported", actor=_user_id(actor), session=session.pk)


def _user_id(actor: Person) -> UUID | None:
    return actor.user.pk if actor.user else None


def cancel_sessions_of_room(room_id: UUID) -> int:
    """After the deletion of a room: tell open pages of its future sessions, close backstages; returns how many.

    The room hides its sessions, and restoring it shows them again.
    """
    with transaction.atomic():
        # The room is deleted, so lock_session would refuse; the lock is for a room that is being restored right now.
        coming = Session.objects.filter(room=room_id, room__deleted_at__isnull=False, deleted_at=None)
        coming = coming.select_for_update(no_key=True, of=("self",)).select_related("room").order_by("pk")
        sessions = list(coming.filter(status__in=[Session.Status.SCHEDULED, Session.Status.EXPIRED]))
        if Room.objects.select_for_update(no_key=True).filter(pk=room_id, deleted_at__isnull=False).first() is None:
            return 0
        for session in sessions:
            lifecycle.cancel(session)
            media_room_due.on_commit(str(session.pk))
    return len(sessions)


def follow_room(room_id: UUID) -> None:
    """After a change of visibility, host or library: judge everybody in the room's sessions again."""
    _follow(Session.objects.alive().filter(room=room_id))


def follow_organization(organization_id: UUID) -> None:
    """After an organization was closed: judge everybody in its sessions again."""
    here = Presence.objects.filter(session=OuterRef("pk"), seen_at__gte=timezone.now() - settings.PRESENCE_TIMEOUT)
    _follow(Session.objects.alive().filter(Exists(here), room__library__organization=organization_id))


def _follow(sessions: SessionQuerySet) -> None:
    with transaction.atomic():
        for session in (
            sessions.exclude(status=Session.Status.ENDED).select_for_update(no_key=True, of=("self",)).order_by("pk")
        ):
            emit(RightsChanged.of(session))
            media_room_due.on_commit(str(session.pk))


@nudge
def media_room_due(session_id: str) -> None:
    """Nudge: compare the session's media room with the database soon."""
