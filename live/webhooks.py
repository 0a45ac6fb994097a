"""LiveKit's webhooks: each is stored once, and is only a hint to look at the room.

So neither the order of deliveries nor a lost one matters: the reconcile reads LiveKit's own lists.
"""

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from core.ids import parse_uuid
from live.models import MediaEvent
from media.livekit.client import WebhookEvent
from sessions.models import Session
from sessions.services import media_room_due

_KEPT_FOR = timedelta(days=2)
_QUEUED_FOR = 30  # seconds after which a lost task no longer blocks new ones
_GATHER = 0.3  # seconds: many webhooks of one room become one look


def take_in(event: WebhookEvent) -> bool:
    """Store ``event`` and ask for a look at its room; False if it was delivered before."""
    if not event.id or len(event.id) > 64:
        return False
    fields = {"event": event.event[:64], "room": event.room[:64]}
    with transaction.atomic():
        _row, is_new = MediaEvent.objects.get_or_create(event_id=event.id, defaults=fields)
        if is_new:
            session_id = parse_uuid(event.room)
            if session_id is not None and Session.objects.filter(pk=session_id).exists():
                transaction.on_commit(lambda: queue_reconcile(session_id), robust=True)
    return is_new


def queue_reconcile(session_id: UUID) -> None:
    """Ask for a look at the session's media room soon; many requests at once become one."""
    if cache.add(_queued(session_id), 1, _QUEUED_FOR):
        media_room_due.send_after(_GATHER, str(session_id))


def look_begins(session_id: UUID) -> None:
    """A look begins: requests from now on cause another one."""
    cache.delete(_queued(session_id))


def _queued(session_id: UUID) -> str:
    return f"reconcile-queued:{session_id}"


def forget_old() -> int:
    """Delete events that LiveKit no longer repeats; returns how many."""
    deleted, _per_model = MediaEvent.objects.filter(received_at__lt=timezone.now() - _KEPT_FOR).delete()
    return deleted
