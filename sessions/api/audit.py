"""GET /sessions/{id}/audit (+): what the crew did, for who leads the session."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import AuditEntry
from audit.queries import entries_of
from core.api.fields import Moment
from core.api.views import PAGING, operation
from core.errors import NotAllowed, NotFound
from rooms.api.views import page_reply
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require


class AuditEntryResponse(serializers.Serializer[AuditEntry]):
    """One thing that somebody of the crew did. Actor and subject are null once their account is gone."""

    id = serializers.UUIDField()
    at = Moment()
    action = serializers.CharField()
    sentence = serializers.CharField(help_text="The action in words, in the caller's language.")
    actor_id = serializers.UUIDField(allow_null=True)
    actor_username = serializers.CharField(source="actor.username", default=None, allow_null=True)
    subject_id = serializers.UUIDField(allow_null=True)
    subject_username = serializers.CharField(source="subject.username", default=None, allow_null=True)
    details = serializers.DictField(child=serializers.JSONField())


class AuditListResponse(serializers.Serializer[Any]):
    """One page of the log, the latest first."""

    entries = AuditEntryResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class AuditViewSet(SessionOperations):
    """The log of a session."""

    @operation("Moderation", reply=AuditListResponse, errors=[NotFound, NotAllowed], parameters=PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List what the crew did in a session, the latest first."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        return page_reply(self, request, "entries", entries_of(session.pk), AuditListResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/audit", AuditViewSet.as_view({"get": "index"})),
]
