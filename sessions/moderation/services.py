"""The crew's rules against trouble — slow mode, who may write, held messages, the lock — and reads of bans."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.person import Person
from audit.services import record
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionEnded
from sessions.events import ModerationChanged, RightsChanged
from sessions.models import Admission, Ban, Session
from sessions.queries import complete_session
from sessions.rights.capabilities import capabilities, require

#: The rules on which rights depend.
_DECIDING = {"chat_from", "is_door_closed"}
MOST_WORDS, LONGEST_WORD = 200, 50


def unrepeated(words: list[str]) -> list[str]:
    """The words in their order, each once, ignoring case."""
    once = {word.casefold(): word for word in reversed(words)}
    return list(reversed(once.values()))


def change_rules(*, actor: Person, session: Session, **changes: Any) -> Session:
    """Change some of the chat rules; missing ones stay unchanged. Takes effect on open pages at once.

    ``changes``: slow_mode (seconds), chat_from, direct_to_crew_only, hold_messages, block_links, blocked_words,
    is_door_closed (locks the session; whoever is there at that moment stays). Raises NotAllowed, NotFound,
    SessionEnded.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_chat)
        if locked.status == Session.Status.ENDED:
            raise SessionEnded
        changed = {name: value for name, value in changes.items() if getattr(locked, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(locked, name, value)
            locked.save(update_fields=[*changed, "updated_at"])
            if changed.get("is_door_closed"):
                _admit_who_is_there(locked)
            if changed.keys() - {"blocked_words"}:
                emit(ModerationChanged.of(locked))
            if changed.keys() & _DECIDING:
                emit(RightsChanged.of(locked))
            if "blocked_words" in changed:
                changed["blocked_words"] = len(changed["blocked_words"])
            record(
                "moderation.rules_changed", actor=actor.user.pk if actor.user else None, session=locked.pk, **changed
            )
    return complete_session(session.pk)


def _admit_who_is_there(session: Session) -> None:
    """Before the session is locked: in the lobby nobody has joined yet, and they are no newcomers."""
    here = session.presences.filter(seen_at__gte=timezone.now() - settings.PRESENCE_TIMEOUT)
    people = here.order_by("user").values_list("user", flat=True).distinct()
    rows = [Admission(session=session, user_id=user_id) for user_id in people]
    Admission.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def bans_of(session: Session) -> QuerySet[Ban]:
    """The present bans, the latest first; one query whatever their number."""
    return session.bans.filter(lifted_at=None).select_related("user", "banned_by")


def ban_that_hits(session: Session, user_id: UUID) -> Ban | None:
    """The ban of this person, otherwise one of somebody who uses the same device."""
    device = Q(user__device_uses__device__uses__user=user_id)
    bans = session.bans.filter(Q(user=user_id) | device, lifted_at=None).distinct()
    return min(bans, key=lambda ban: ban.user_id != user_id, default=None)
