"""Duplicates of a session: one with another title, or a series of them at several times."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from audit.services import record
from core.errors import Invalid
from rooms.models import Preset
from rooms.permissions import Memberships, may_run_sessions
from sessions import lifecycle, services
from sessions.models import Ban, Invitation, Session, SessionRole
from sessions.parts import parts
from sessions.people import services as people
from sessions.people.invitations import invitations_of
from sessions.people.roles import roles_of
from sessions.queries import complete_session
from sessions.rights.capabilities import require

#: The most sessions that one request makes: a year of weeks.
MOST_AT_ONCE = 52
_OVERRIDES = ("chat_enabled_override", "stage_enabled_override", "max_join_limit_override")
_CHAT_RULES = ("slow_mode", "chat_from", "direct_to_crew_only", "hold_messages", "block_links", "blocked_words")
_COPIED = ("description", "mode", "planned_duration", *_OVERRIDES, *_CHAT_RULES)


def duplicate_session(
    *,
    actor: Person,
    session: Session,
    title: str | None = None,
    scheduled_start_time: datetime | None = None,
    preset_id: UUID | None = None,
    invite: bool = False,
) -> services.CreatedSession:
    """Make another session in the same room, with the settings, chat rules, team and polls of this one.

    Polls come as prepared ones. People with an account keep their role; ``invite`` also makes a new personal link for
    everybody who was invited, and sends it where there is an address. Nothing that happened in the session comes along.
    Raises NotAllowed, NotFound, LimitReached, TooMany, Invalid (the time; the preset, also when it was deleted since).
    """
    services.check_start(scheduled_start_time)
    with transaction.atomic():
        source, preset = _lock(actor, session, preset_id, 1)
        copy, key = _copy(actor, source, preset, title or source.title, scheduled_start_time)
        if invite:
            for known in links_to_renew(source).filter(role__in=_takes(preset)):
                people.invite(actor=actor, session=copy, name=known.name, role=known.role, email=known.email)
        record("session.duplicated", actor=actor.account().pk, session=source.pk, copies=1)
    return services.created(copy, key)


def links_to_renew(session: Session) -> QuerySet[Invitation]:
    """The invitations of people who come to a duplicate by a new link alone: those without an account."""
    return invitations_of(session).filter(Q(user=None) | Q(user__is_guest=True))


def repeat_session(*, actor: Person, session: Session, times: Sequence[datetime]) -> list[Session]:
    """Duplicate a session for each of ``times`` (at most MOST_AT_ONCE), without personal links: all of them or none.

    Raises NotAllowed, NotFound, LimitReached, Invalid.
    """
    if len(set(times)) < len(times):
        raise Invalid.field("scheduled_start_times", _("Two of the times are the same."), "duplicate")
    for time in times:
        services.check_start(time)
    with transaction.atomic():
        source, preset = _lock(actor, session, None, len(times))
        made = [_copy(actor, source, preset, source.title, time)[0] for time in sorted(times)]
        record("session.duplicated", actor=actor.account().pk, session=source.pk, copies=len(made))
    return [complete_session(copy.pk) for copy in made]


def _lock(actor: Person, session: Session, preset_id: UUID | None, more: int) -> tuple[Session, Preset]:
    """Lock the session, its room for ``more`` sessions, and the preset that they will have."""
    source = lifecycle.lock_session(session.pk)
    require(may_run_sessions(Memberships.of(actor), source.room))
    services.lock_room(source.room, more=more)
    try:
        return source, services.lock_preset(actor, preset_id or source.preset_id)
    except Invalid:
        if preset_id is not None:
            raise
        raise Invalid.field(
            "preset_id", _("You cannot use this session's preset any more. Choose another one."), "unknown"
        ) from None


def _copy(
    actor: Person, source: Session, preset: Preset, title: str, time: datetime | None
) -> tuple[Session, str | None]:
    by = actor.account()
    kept = {name: getattr(source, name) for name in _COPIED}
    copy = Session(room=source.room, preset=preset, title=title, scheduled_start_time=time, **kept)
    key = services.save_new(copy)
    banned = Ban.objects.filter(session=source, lifted_at=None).values("user")
    team = roles_of(source).filter(user__is_active=True, user__is_guest=False, role__in=_takes(preset))
    # Nobody follows the new session yet, so that there is nobody to tell.
    SessionRole.objects.bulk_create(
        SessionRole(session=copy, user=row.user, role=row.role, assigned_by=by) for row in team.exclude(user__in=banned)
    )
    for part in parts():
        part.copy(source, copy, by)
    return copy, key


def _takes(preset: Preset) -> list[str]:
    """The roles that a session with this preset may have."""
    return [role for role in Invitation.Role.values if role != Invitation.Role.CO_HOST or preset.host_add_co_host]
