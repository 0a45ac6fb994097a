"""Operations on the survey of a session."""

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import format_of, operation
from core.errors import NoneFound, NotAllowed, NotFound
from sessions.api.views import SessionOperations
from sessions.rights.capabilities import require
from surveys import queries, services, shapes
from surveys.api.serializers import AnswerSurveyRequest
from surveys.errors import SurveyClosed
from surveys.exports import export_answers


class SurveyViewSet(SessionOperations):
    """The survey that the audience is asked when a session is over."""

    @operation("Surveys", reply=shapes.SessionSurvey, errors=[NotFound, NotAllowed, NoneFound])
    def read(self, request: Request, session_id: str) -> Response:
        """Get the survey and what you answered; for people who joined, without the crew."""
        session, allowed = self.find(session_id)
        require(allowed.may_answer_survey)
        own = queries.answer_of(session, self.person.account().pk)
        return self.reply(shapes.SessionSurvey.of(session, own), secret=True)

    @operation(
        "Surveys",
        request=AnswerSurveyRequest,
        reply=shapes.SessionSurvey,
        errors=[NotFound, NotAllowed, NoneFound, SurveyClosed],
    )
    def answer(self, request: Request, session_id: str) -> Response:
        """Answer the survey; until it closes, another answer replaces the first. The host gets it without your name."""
        session, allowed = self.find(session_id)
        require(allowed.may_answer_survey)
        given = services.answer(actor=self.person, session=session, **self.parse(AnswerSurveyRequest))
        return self.reply(shapes.SessionSurvey.of(session, given), secret=True)

    @operation("Surveys", reply=shapes.Results, errors=[NotFound, NotAllowed])
    def results(self, request: Request, session_id: str) -> Response:
        """Get the results of the survey: average, counts and texts, without names. Host and co-hosts."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_attendance)
        return self.reply(shapes.Results.of(queries.results_of(session)), secret=True)

    @operation("Surveys", exports=True, errors=[NotFound, NotAllowed])
    def export(self, request: Request, session_id: str) -> HttpResponseBase:
        """Download all answers to the survey as CSV, XLSX or JSON, without names. Host and co-hosts."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_attendance)
        return self.downloaded(session, "survey", export_answers(session, format_of(request)))
