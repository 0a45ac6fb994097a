"""The state machine of a session; the only code that changes its status.

Each function gets a row locked by :func:`lock_session`, changes and saves it, emits its events, and returns whether
anything changed: repeating an action is harmless. Callers check the capabilities first.

scheduled ─ open_backstage ─→ scheduled with an open backstage ─ go_live ─→ live ─ end ─→ ended
        │  ↑                          └ end ─→ scheduled, as if it had never been opened
   expire  reschedule
        ↓  │
       expired
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.credentials import end_session_tokens
from core.errors import Invalid, NotFound
from core.prepared import prepared
from realtime.outbox import emit
from rooms.models import PRESET_FLAGS, Preset
from sessions.errors import RoomHasLiveSession, SessionEnded, SessionExpired, SessionIsLive
from sessions.events import SessionCancelled, SessionIdle, SessionLive, SessionRescheduled
from sessions.events import SessionEnded as SessionEndedEvent
from sessions.events import SessionExpired as SessionExpiredEvent
from sessions.models import Session
from sessions.people import attendance
from sessions.rows import lean

#: What a session copies from its preset besides the flags.
_COPIED = ("name", "type", "max_join_limit", "primary_color", "logo_destination_url")
#: How far ahead a session may be scheduled.
FARTHEST = timedelta(days=36_525)
#: The longest warning before an abandoned session ends.
_WARNING = timedelta(minutes=5)


def lock_session(session_id: UUID) -> Session:
    """Lock the session row and its room until the transaction ends. Raises NotFound if it was deleted.

    The room is locked too, so that two of its sessions cannot go live at once. (SQLite: the transaction holds the one
    write lock from its start.)

    Locks are taken in one order everywhere: sessions by their id, then their room, then what belongs to them. All of
    them are NO KEY: who inserts a row that refers to a locked one (a heartbeat its presence) is checked at COMMIT, and
    must not wait there for somebody who waits for that very row.
    """
    session = _locked.first(session_id=session_id)
    if session is None:
        raise NotFound
    return session


def read_session(session_id: UUID) -> Session:
    """The session as :func:`lock_session` gives it, for what changes nothing: it waits for no writer. Raises NotFound
    if it was deleted.
    """
    session = _present.first(session_id=session_id)
    if session is None:
        raise NotFound
    return session


def _with_parts(session_id: UUID) -> QuerySet[Session]:
    return lean(Session.objects.alive().filter(pk=session_id))


@prepared
def _present(session_id: UUID) -> QuerySet[Session]:
    return _with_parts(session_id)


@prepared
def _locked(session_id: UUID) -> QuerySet[Session]:
    return _with_parts(session_id).select_for_update(no_key=True, of=("self", "room"))


def check_may_open(session: Session) -> None:
    """Raises SessionEnded or SessionExpired unless the session has, or may get, a media room."""
    if session.status == Session.Status.ENDED:
        raise SessionEnded
    if session.status == Session.Status.EXPIRED:
        raise SessionExpired


def check_may_go_live(session: Session) -> None:
    """Raises SessionEnded, SessionExpired or RoomHasLiveSession unless the session is live or may go live."""
    check_may_open(session)
    if not session.is_live and _others_live(session):
        raise RoomHasLiveSession


def _others_live(session: Session) -> bool:
    return Session.objects.alive().live().filter(room=session.room_id).exclude(pk=session.pk).exists()


def open_backstage(session: Session) -> bool:
    """Open the backstage: the crew gets a media room, the audience sees nothing. Raises like :func:`check_may_open`."""
    check_may_open(session)
    if session.is_live or session.is_backstage:
        return False
    session.backstage_opened_at = session.last_active_at = timezone.now()
    session.idle_warned_at = session.media_confirmed_at = None
    session.save()
    return True


def go_live(session: Session) -> bool:
    """Go live: copy the preset, admit the audience. Raises like :func:`check_may_go_live`."""
    check_may_go_live(session)
    if session.is_live:
        return False
    now = timezone.now()
    session.status = Session.Status.LIVE
    session.started_at = session.last_active_at = now
    session.backstage_opened_at = session.backstage_opened_at or now
    session.idle_warned_at = None
    session.max_viewers = 0
    session.preset_copy = frozen(session.preset)
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError:
        raise RoomHasLiveSession from None
    attendance.begin(session)
    emit(SessionLive.of(session))
    return True


def end(session: Session) -> bool:
    """End it for everyone. A session that was never live returns to scheduled and keeps nothing of its backstage."""
    if session.is_live:
        now = timezone.now()
        session.status = Session.Status.ENDED
        session.ended_at = now
        attendance.close_all(session, now)
    elif session.is_backstage:
        session.attendances.all().delete()
        session.max_viewers = 0
    else:
        return False
    session.backstage_opened_at = session.media_confirmed_at = session.idle_warned_at = None
    session.host_video_enabled = session.host_audio_enabled = False
    session.save()
    session.presences.all().delete()
    if session.ended_at is not None:
        end_session_tokens(session.pk, session_ends_at=session.ended_at)
        emit(SessionEndedEvent.of(session))
    return True


def expire(session: Session, now: datetime) -> bool:
    """Expire a session whose time passed EXPIRE_AFTER ago without an open backstage: it must be rescheduled."""
    time = session.scheduled_start_time
    waiting = session.status == Session.Status.SCHEDULED and not session.is_backstage
    if not waiting or time is None or time + settings.EXPIRE_AFTER > now:
        return False
    session.status = Session.Status.EXPIRED
    session.save()
    emit(SessionExpiredEvent.of(session))
    return True


def check_time(time: datetime) -> None:
    """Raises Invalid for a start so far ahead that adding durations or zone offsets could overflow."""
    if time > timezone.now() + FARTHEST:
        raise Invalid.field("scheduled_start_time", _("Choose a time within the next 100 years."), "too_far")


def reschedule(session: Session, time: datetime | None) -> bool:
    """Move it to another time, in the future; None: to no date, so that it starts whenever the host is ready.

    Raises SessionIsLive, SessionEnded, Invalid.
    """
    if session.is_live:
        raise SessionIsLive
    if session.status == Session.Status.ENDED:
        raise SessionEnded
    if time is not None:
        if time <= timezone.now():
            raise Invalid.field("scheduled_start_time", _("Choose a time in the future."), "past")
        check_time(time)
    if session.status == Session.Status.SCHEDULED and session.scheduled_start_time == time:
        return False
    session.status = Session.Status.SCHEDULED
    session.scheduled_start_time = time
    session.save()
    emit(SessionRescheduled.of(session))
    _news_for_invited(session)
    return True


def delete(session: Session) -> None:
    """Move it to the bin; the row hides everything that belongs to it. Raises SessionIsLive."""
    if session.is_live:
        raise SessionIsLive
    cancel(session)
    session.deleted_at = timezone.now()
    session.save()


def cancel(session: Session) -> None:
    """It is about to be hidden, itself or with its room: close an open backstage and tell those who wait for it."""
    end(session)
    session.stage_members.filter(left_stage_at=None).update(left_stage_at=timezone.now())
    if not session.took_place:
        emit(SessionCancelled.of(session))
        _news_for_invited(session)


def _news_for_invited(session: Session) -> None:
    """Those who were invited by e-mail are to hear of it: ``sessions.people.news`` mails what is due."""
    session.invitations.filter(mailed_at__isnull=False, revoked_at=None).update(news_due_at=timezone.now())


def forget(session: Session) -> None:
    """Delete what can no longer be restored: invitations, roles, places on stage, and texts for the host only.

    The row stays for its public address, with its title. Attendance stays as long as the library keeps it, and bans
    stay as evidence.
    """
    for rows in (session.roles, session.invitations, session.stage_members, session.admissions, session.presences):
        rows.all().delete()
    session.description = session.stream_key_sealed = session.stream_key_hash = ""
    session.blocked_words = []
    session.deleted_at = session.deleted_at or timezone.now()
    session.purged_at = timezone.now()
    session.save()


def restore(session: Session) -> None:
    """Restore it from the bin unchanged; a scheduled time that has passed expires it by itself."""
    session.deleted_at = None
    session.save(update_fields=["deleted_at", "updated_at"])


def saw_activity(session: Session, now: datetime) -> None:
    """Somebody of the crew is there, or somebody publishes: withdraw the warning about an abandoned session."""
    session.last_active_at = now
    if session.idle_warned_at is not None:
        session.idle_warned_at = None
        emit(SessionIdle.of(session, None))
    session.save(update_fields=["last_active_at", "idle_warned_at"])


def warn_or_end_abandoned(session: Session, now: datetime) -> bool:
    """Warn the crew some minutes ahead, then end; a backstage closes without warning. Returns whether it is over."""
    last = session.last_active_at or session.started_at or session.backstage_opened_at
    if last is None or not (session.is_live or session.is_backstage):
        return False
    patience = settings.ABANDONED_LIVE_AFTER if session.is_live else settings.IDLE_BACKSTAGE_AFTER
    if now >= last + patience:
        return end(session)
    if session.is_live and session.idle_warned_at is None and now >= last + patience - min(_WARNING, patience / 2):
        session.idle_warned_at = now
        session.save(update_fields=["idle_warned_at"])
        emit(SessionIdle.of(session, session.idle_ends_at))
    return False


def frozen(preset: Preset) -> dict[str, object]:
    """What a session copies of its preset at go-live; ``logo`` is the name of the stored file."""
    kept: dict[str, object] = {name: getattr(preset, name) for name in (*PRESET_FLAGS, *_COPIED)}
    return kept | {"logo": preset.logo.name or ""}
