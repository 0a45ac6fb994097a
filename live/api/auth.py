"""Sign-in codes: accounts make them, but who may have one depends on the session."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services, shapes
from accounts.api.serializers import GenerateAuthCodeRequest
from accounts.api.viewsets import ApiViewSet
from core.api.views import operation
from core.errors import Invalid, NotFound, TooMany
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import capabilities, require


class AuthCodeViewSet(ApiViewSet):
    """Codes that open one's own account on another device, for one session."""

    keys_allowed = False

    @operation("Auth", request=GenerateAuthCodeRequest, reply=shapes.AuthCode, errors=[TooMany])
    def generate(self, request: Request) -> Response:
        """Make a code that opens your account on another device, for one session."""
        session_id = self.parse(GenerateAuthCodeRequest)["session_id"]
        try:
            session = find_session(self.person, session_id)
        except NotFound:
            raise Invalid.field("session_id", _("There is no such session, or you cannot see it."), "unknown") from None
        require(capabilities(self.person, session).may_join)
        assert self.person.user is not None
        code = services.generate_code(
            user=self.person.user, session_id=session.id, session_ends_at=expected_end(session)
        )
        expires_in = int(settings.AUTH_CODE_LIFETIME.total_seconds())
        return self.reply(shapes.AuthCode(code=code, expires_in=expires_in), secret=True)


def expected_end(session: Session) -> datetime:
    """When the session ended or will probably end; for one that is still open never in the past."""
    if session.ended_at is not None:
        return session.ended_at
    planned = timedelta(minutes=session.planned_duration)
    start = session.started_at or session.scheduled_start_time or timezone.now()
    return max(start + planned, timezone.now() + planned) if session.is_live else max(start, timezone.now()) + planned


urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/code/generate", AuthCodeViewSet.as_view({"post": "generate"})),
]
