"""Operations on captions."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from captions import queries, services
from captions.api.serializers import CaptionLineResponse, CaptionListResponse, CreateCaptionRequest
from core.api.views import PAGING, operation, page_of
from core.errors import NotAllowed, NotFound, TooMany
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionNotLive
from sessions.rights.capabilities import require

_LIMIT = 100
_PAGING = (PAGING[0], OpenApiParameter("limit", PAGING[1].type, description="1–100.", default=_LIMIT))


class CaptionViewSet(SessionOperations):
    """Captions of a session."""

    @operation("Captions", reply=CaptionListResponse, errors=[NotFound, NotAllowed], parameters=_PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List what was said so far, oldest first: for everybody in the session."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        page, limit = page_of(request, default_limit=_LIMIT)
        lines = queries.lines_of(session)
        shown = list(lines[(page - 1) * limit : page * limit])
        found = {"captions": shown, "total": lines.count(), "page": page, "limit": limit}
        return self.reply(found, CaptionListResponse)

    @operation(
        "Captions",
        request=CreateCaptionRequest,
        reply=CaptionLineResponse,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, SessionNotLive, TooMany],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_caption),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Add a line of captions: a captioner of the crew, or a speech-to-text service with an API key."""
        session, allowed = self.find(session_id)
        require(allowed.may_caption)
        line = services.add_line(actor=self.person, session=session, **self.parse(CreateCaptionRequest))
        return self.reply(line, CaptionLineResponse, status=201)
