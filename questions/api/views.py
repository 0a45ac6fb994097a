"""Operations on questions."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.views import SuccessResponse, format_of, number_in_query, operation
from core.errors import LimitReached, NotAllowed, NotFound, TooMany
from core.tables import export_response
from questions import queries, services, shapes
from questions.api.serializers import AnswerQuestionRequest, AskQuestionRequest
from questions.errors import QuestionAnswered, QuestionDismissed, QuestionHeld
from questions.models import Question
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionNotLive, SlowMode, WritingClosed
from sessions.models import Session
from sessions.rights.capabilities import require

_FURTHEST = 1_000_000
_PAGING = (
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}, description="1–100.", default=50),
    OpenApiParameter(
        "offset", {"type": "integer", "minimum": 0, "maximum": _FURTHEST}, description="From 0.", default=0
    ),
)


class SessionQuestionViewSet(SessionOperations):
    """Questions of a session."""

    @operation("Questions", reply=shapes.Questions, errors=[NotFound, NotAllowed], parameters=_PAGING)
    def index(self, request: Request, session_id: str) -> Response:
        """List the session's questions in the order of asking.

        Held and dismissed ones only for those of the crew who manage questions, and for their askers.
        """
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        limit, offset = (
            number_in_query(request, "limit", 50, 1, 100),
            number_in_query(request, "offset", 0, 0, _FURTHEST),
        )
        user = self.person.user
        questions = queries.questions_seen(session, allowed, user.pk if user else None)
        page = questions[offset : offset + limit]
        return self.reply(shapes.Questions.of(page, total=questions.count(), limit=limit, offset=offset))

    @operation(
        "Questions",
        request=AskQuestionRequest,
        reply=shapes.Question,
        status=201,
        errors=[NotFound, NotAllowed, WritingClosed, SessionEnded, SessionNotLive, LimitReached, SlowMode, TooMany],
        idempotent=lambda view, session_id: services.check_may_ask(*view.find(session_id)),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Ask a question that everyone in the session sees.

        While the crew approves messages first, those of the audience get the status ``held``.
        """
        session, allowed = self.find(session_id)
        services.check_may_ask(session, allowed)
        question = services.ask(actor=self.person, session=session, **self.parse(AskQuestionRequest))
        return self.reply(shapes.Question.of(question), status=201)

    @operation("Questions", errors=[NotFound, NotAllowed], exports=True)
    def export(self, request: Request, session_id: str) -> HttpResponseBase:
        """Download all questions with their answers. Host and co-hosts."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        columns = [
            "question", "username", "status", "votes", "asked_at", "answer", "answered_by", "answered_at",
        ]  # fmt: skip
        response = export_response(format_of(request), f"{session.title} {_('questions')}", columns, _rows(session))
        return self.downloaded(session, "questions", response)


_MANAGED = [NotFound, NotAllowed, QuestionDismissed, QuestionHeld]
_VOTED = [*_MANAGED, SessionEnded, SessionNotLive, TooMany]


class QuestionViewSet(ApiViewSet):
    """One question that the caller may see."""

    @operation("Questions", reply=shapes.Question, errors=_VOTED, for_limited_tokens=True)
    def vote(self, request: Request, question_id: str) -> Response:
        """Vote for a question. Repeating it is harmless."""
        return self._vote(question_id, services.vote)

    @operation("Questions", reply=shapes.Question, errors=_VOTED, for_limited_tokens=True)
    def take_vote_back(self, request: Request, question_id: str) -> Response:
        """Withdraw your vote for a question. Repeating it is harmless."""
        return self._vote(question_id, services.take_vote_back)

    @operation(
        "Questions", request=AnswerQuestionRequest, reply=shapes.Question, errors=_MANAGED, for_limited_tokens=True
    )
    def answer(self, request: Request, question_id: str) -> Response:
        """Answer a question in writing or, without ``answer``, mark it as answered aloud."""
        question = self._find_to_manage(question_id)
        fields = self.parse(AnswerQuestionRequest)
        return self.reply(shapes.Question.of(services.answer(actor=self.person, question=question, **fields)))

    @operation(
        "Questions", reply=shapes.Question, errors=[NotFound, NotAllowed, QuestionDismissed], for_limited_tokens=True
    )
    def approve(self, request: Request, question_id: str) -> Response:
        """Publish a held question. Repeating it is harmless."""
        question = self._find_to_manage(question_id)
        return self.reply(shapes.Question.of(services.approve(actor=self.person, question=question)))

    @operation("Questions", reply=shapes.Question, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def dismiss(self, request: Request, question_id: str) -> Response:
        """Dismiss a question, held or not: only the crew and the asker see it."""
        question = self._find_to_manage(question_id)
        return self.reply(shapes.Question.of(services.dismiss(actor=self.person, question=question)))

    @operation("Questions", reply=shapes.Question, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def restore(self, request: Request, question_id: str) -> Response:
        """Restore a dismissed question."""
        question = self._find_to_manage(question_id)
        return self.reply(shapes.Question.of(services.restore(actor=self.person, question=question)))

    @operation("Questions", reply=shapes.Question, errors=_MANAGED, for_limited_tokens=True)
    def pin(self, request: Request, question_id: str) -> Response:
        """Pin a question above all others."""
        question = self._find_to_manage(question_id)
        return self.reply(shapes.Question.of(services.pin(actor=self.person, question=question)))

    @operation("Questions", reply=shapes.Question, errors=_MANAGED, for_limited_tokens=True)
    def unpin(self, request: Request, question_id: str) -> Response:
        """Unpin a question."""
        question = self._find_to_manage(question_id)
        return self.reply(shapes.Question.of(services.unpin(actor=self.person, question=question)))

    @operation("Questions", errors=[NotFound, NotAllowed, QuestionAnswered, SessionEnded], for_limited_tokens=True)
    def destroy(self, request: Request, question_id: str) -> Response:
        """Withdraw your own question while it is not answered."""
        question, _session, allowed = queries.find_question(self.person, question_id)
        require(allowed.in_session and self.person.user is not None and question.user_id == self.person.user.pk)
        services.withdraw(actor=self.person, question=question)
        return self.reply({"message": _("The question was withdrawn.")}, SuccessResponse)

    def _vote(self, question_id: str, service: Callable[..., Question]) -> Response:
        question, _session, allowed = queries.find_question(self.person, question_id)
        require(allowed.may_vote_on_questions)
        return self.reply(shapes.Question.of(service(actor=self.person, question=question)))

    def _find_to_manage(self, question_id: str) -> Question:
        """Raises NotFound, then NotAllowed."""
        question, _session, allowed = queries.find_question(self.person, question_id)
        require(allowed.may_manage_questions)
        return question


def _rows(session: Session) -> Iterator[tuple[Any, ...]]:
    for question in queries.export_table(session).iterator():
        by = question.answered_by
        yield (
            question.text,
            question.user.username,
            question.status,
            question.vote_count,
            question.created_at,
            question.answer,
            by.username if by else None,
            question.answered_at,
        )
