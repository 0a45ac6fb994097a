"""What LiveKit tells: proven, remembered once, and taken only as a hint to look at the room.

So neither the order of deliveries nor a lost one matters; the reconcile reads LiveKit's own lists.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from base.errors import NotAuthenticated
from base.ids import parse_uuid
from live.models import MediaEvent
from live.tasks import queue_reconcile
from media import livekit
from sessions.models import Session
from webinar.api.parsers import BodyTooLarge
from webinar.api.views import ApiViewSet, SuccessResponse, operation

_LIMIT = 64 * 1024
_KEPT_FOR = timedelta(days=2)


class WebhookParser(BaseParser):
    """The raw body: its hash is signed, so it is checked before anything reads it."""

    media_type = "application/webhook+json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(_LIMIT + 1)
        if len(raw) > _LIMIT:
            raise BodyTooLarge
        return {"raw": raw}


class LiveKitEvent(serializers.Serializer[Any]):
    """LiveKit's own wire form (livekit.WebhookEvent as JSON); only a part of it is shown here."""

    id = serializers.CharField()
    event = serializers.CharField()
    room = serializers.DictField(required=False)
    participant = serializers.DictField(required=False)


class LiveKitWebhook(ApiViewSet):
    """LiveKit's webhooks. The header ``Authorization`` is LiveKit's bare JWT over the body's hash."""

    authentication_classes = ()
    parser_classes = (WebhookParser,)

    @operation("Webhooks", request=LiveKitEvent, errors=[NotAuthenticated], public=True)
    def receive(self, request: Request) -> Response:
        """Take in an event of LiveKit. Repeated deliveries count once."""
        raw = request.data.get("raw", b"")
        event = livekit.read_webhook(raw, request.headers.get("Authorization", ""))
        take_in(event)
        return self.reply({"message": _("Taken in.")}, SuccessResponse)


def take_in(event: livekit.WebhookEvent) -> bool:
    """Remember ``event`` and ask for a look at its room; False when it had been delivered before."""
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


def forget_old() -> int:
    """Delete events that LiveKit no longer repeats; how many."""
    deleted, _per_model = MediaEvent.objects.filter(received_at__lt=timezone.now() - _KEPT_FOR).delete()
    return deleted
