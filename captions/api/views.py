"""Operations on captions."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from captions import queries, services, shapes
from captions.api.serializers import CreateCaptionRequest
from core.api.views import PAGING, operation, page_of
from core.errors import NotAllowed, NotFound, TooMany
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionNotLive
from sessions.rights.capabilities import require

_LIMIT = 100
_PAGING = (PAGING[0], OpenApiParameter("limit", PAGING[1].type, description="1–100.", default=_LIMIT))


class CaptionViewSet(SessionOperations):
    """Captions of a session."""

    @operation("Captions", reply=shapes.CaptionLines, errors=[NotFound, NotAllowed], parameters=_PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List what was said so far, oldest first: for everybody in the session."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        page, limit = page_of(request, default_limit=_LIMIT)
        lines = queries.lines_of(session)
        shown = lines[(page - 1) * limit : page * limit]
        return self.reply(shapes.CaptionLines.of(shown, total=lines.count(), page=page, limit=limit))

    @operation(
        "Captions",
        request=CreateCaptionRequest,
        reply=shapes.CaptionLine,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, SessionNotLive, TooMany],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_caption),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Add a line of captions: a captioner of the crew, or a speech-to-text service with an API key."""
        session, allowed = self.find(session_id)
        require(allowed.may_caption)
        line = services.add_line(actor=self.person, session=session, **self.parse(CreateCaptionRequest))
        return self.reply(shapes.CaptionLine.of(line), status=201)
