"""LiveKit's webhook."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.parsers import BodyTooLarge
from core.api.views import SuccessResponse, operation
from core.errors import NotAuthenticated
from live.webhooks import take_in
from media.livekit.client import read_webhook

_LIMIT = 64 * 1024


class WebhookParser(BaseParser):
    """Keeps the raw body: the signature covers its hash, so it is verified before parsing."""

    media_type = "application/webhook+json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(_LIMIT + 1)
        if len(raw) > _LIMIT:
            raise BodyTooLarge
        return {"raw": raw}


class LiveKitEvent(serializers.Serializer[Any]):
    """LiveKit's own format (livekit.WebhookEvent as JSON); only a part of it is described here."""

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
        """Receive an event of LiveKit. Repeated deliveries count once."""
        body: Any = request.data
        event = read_webhook(body.get("raw", b""), request.headers.get("Authorization", ""))
        take_in(event)
        return self.reply({"message": _("Taken in.")}, SuccessResponse)
