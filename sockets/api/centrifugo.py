"""Centrifugo's connect and subscribe proxies: always HTTP 200 in Centrifugo's format, never our envelope."""

import json
import logging
from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.views import NO_SIGN_IN
from sockets.centrifugo import decisions
from sockets.centrifugo.configuration import SECRET_HEADER
from sockets.centrifugo.decisions import Answer

logger = logging.getLogger(__name__)

_LIMIT = 64 * 1024


class CentrifugoConnectRequest(serializers.Serializer[Any]):
    """Centrifugo 6's request, in part; ``data`` is what the client sent, with its ticket."""

    client = serializers.CharField()
    transport = serializers.CharField()
    protocol = serializers.CharField()
    encoding = serializers.CharField()
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # Centrifugo's name


class CentrifugoSubscribeRequest(CentrifugoConnectRequest):
    """Centrifugo 6's request, in part; ``meta`` is what we returned at connect."""

    user = serializers.CharField(required=False)
    channel = serializers.CharField()
    meta = serializers.DictField(required=False)


class CentrifugoAnswer(serializers.Serializer[Any]):
    """Exactly one of the three is set."""

    result = serializers.DictField(required=False)
    error = serializers.DictField(required=False, help_text="`{code, message, temporary}`")
    disconnect = serializers.DictField(required=False, help_text="`{code, reason}`")


class CentrifugoProxy(APIView):
    """Base class that bypasses the API's own parsing, authentication, throttling and error handling."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def answer(self, request: Request, refusal: Answer, decide: Callable[[Any], Answer]) -> JsonResponse:
        """Return ``decide``'s answer to the body; ``refusal`` without the secret or with an unreadable body."""
        raw: HttpRequest = request._request
        try:
            if not _has_secret(raw):
                return JsonResponse(refusal)
            body = json.loads(raw.body) if len(raw.body) <= _LIMIT else None
        except (ValueError, OSError, RecursionError):
            return JsonResponse(refusal)
        except Exception:
            logger.exception("A request of Centrifugo could not be read")
            return JsonResponse(refusal)
        try:
            return JsonResponse(decide(body))
        except Exception:
            logger.exception("Centrifugo could not be answered")
            return JsonResponse(decisions.TROUBLE)


def _has_secret(request: HttpRequest) -> bool:
    expected = settings.CENTRIFUGO_PROXY_SECRET
    return bool(expected) and compare_digest(request.headers.get(SECRET_HEADER, "").encode(), expected.encode())


_replies = {200: OpenApiResponse(CentrifugoAnswer, description="Every answer, including refusals.")}


class ConnectProxy(CentrifugoProxy):
    """Decides who may connect."""

    @extend_schema(
        operation_id="centrifugo_connect",
        summary="Answer Centrifugo who connects",
        tags=["Centrifugo"],
        auth=NO_SIGN_IN,
        request=CentrifugoConnectRequest,
        responses=_replies,
    )
    def post(self, request: Request) -> JsonResponse:
        """Answer Centrifugo who connects.

        Called by Centrifugo with our secret header; the client's `data` holds a ticket from `realtime/ticket`.
        """
        return self.answer(request, decisions.UNAUTHORIZED, decisions.connect)


class SubscribeProxy(CentrifugoProxy):
    """Decides who may subscribe to what."""

    @extend_schema(
        operation_id="centrifugo_subscribe",
        summary="Answer Centrifugo whether a client may subscribe to a channel",
        tags=["Centrifugo"],
        auth=NO_SIGN_IN,
        request=CentrifugoSubscribeRequest,
        responses=_replies,
    )
    def post(self, request: Request) -> JsonResponse:
        """Answer Centrifugo whether a client may subscribe to a channel.

        Refused with `{"error": {"code": 103}}` unless the connection's person may have this topic now.
        """
        return self.answer(request, decisions.DENIED, decisions.subscribe)
