"""Operations on polls."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from accounts.person import Person
from accounts.privacy import address_for
from core.api.views import SuccessResponse, format_of, operation
from core.errors import Invalid, NotAllowed, NotFound, TooMany
from core.tables import export_response
from polls import queries, services, shapes
from polls.api.serializers import CopyPollRequest, CreatePollRequest, UpdatePollRequest, VoteRequest
from polls.errors import AlreadyVoted, PollClosed, PollLaunched, PollNotLaunched, TooManyPolls
from polls.models import Poll
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded, SessionNotLive
from sessions.models import Session
from sessions.rights.capabilities import Capabilities, require

_ROWS = OpenApiParameter(
    "rows",
    enum=["results", "votes"],
    default="results",
    description="One row for each option with its count, or one for each vote with its voter.",
)


class SessionPollViewSet(SessionOperations):
    """Polls of a session."""

    @operation("Polls", reply=shapes.Polls, errors=[NotFound, NotAllowed])
    def index(self, request: Request, session_id: str) -> Response:
        """List the session's polls, oldest first; only the crew sees prepared ones."""
        session, allowed = self.find(session_id)
        require(allowed.may_see_polls)
        return self.reply(shapes.Polls.seen_by(allowed, queries.read_polls(session, allowed)))

    @operation(
        "Polls",
        request=CreatePollRequest,
        reply=shapes.Poll,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, SessionNotLive, TooManyPolls, TooMany],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_create_polls),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Create a poll and launch it; before the session runs, or with ``launch: false``, the crew prepares it."""
        session, allowed = self.find(session_id)
        require(allowed.may_create_polls)
        poll = services.create_poll(actor=self.person, session=session, **self.parse(CreatePollRequest))
        return self.reply(shapes.Poll.seen_by(allowed, poll), status=201)

    @operation("Polls", errors=[NotFound, NotAllowed], exports=True, parameters=[_ROWS])
    def export(self, request: Request, session_id: str) -> HttpResponseBase:
        """Download the results, or with ``rows=votes`` who voted for what. Host and co-hosts."""
        session, allowed = self.find(session_id)
        require(allowed.leads)
        rows = request.query_params.get("rows", "results")
        if rows not in ("results", "votes"):
            raise Invalid.field("rows", _("Choose results or votes."), "invalid_choice")
        name = f"{session.title} {_('polls')}"
        if rows == "votes":
            columns = ["question", "option", "username", "email", "voted_at"]
            response = export_response(format_of(request), name, columns, _votes(session, self.person, allowed))
        else:
            columns = ["question", "option", "votes", "voters_of_poll", "launched_at", "closed_at"]
            response = export_response(format_of(request), name, columns, _results(session))
        return self.downloaded(session, "polls", response)


class PollViewSet(ApiViewSet):
    """One poll that the caller may see."""

    @operation(
        "Polls",
        request=UpdatePollRequest,
        reply=shapes.Poll,
        errors=[NotFound, NotAllowed, PollLaunched, SessionEnded],
        for_limited_tokens=True,
    )
    def partial_update(self, request: Request, poll_id: str) -> Response:
        """Edit a prepared poll."""
        poll, allowed = self._find_to_manage(poll_id)
        changed = services.update_poll(actor=self.person, poll=poll, **self.parse(UpdatePollRequest))
        return self.reply(shapes.Poll.seen_by(allowed, changed))

    @operation("Polls", errors=[NotFound, NotAllowed, SessionEnded], for_limited_tokens=True)
    def destroy(self, request: Request, poll_id: str) -> Response:
        """Delete a poll with its votes. Not possible after the session has ended."""
        poll, _allowed = self._find_to_manage(poll_id)
        services.delete_poll(actor=self.person, poll=poll)
        return self.reply({"message": _("The poll was deleted.")}, SuccessResponse)

    @operation(
        "Polls",
        reply=shapes.Poll,
        errors=[NotFound, NotAllowed, PollClosed, SessionEnded, SessionNotLive],
        for_limited_tokens=True,
    )
    def launch(self, request: Request, poll_id: str) -> Response:
        """Launch a prepared poll: everybody may vote."""
        poll, allowed = self._find_to_manage(poll_id)
        return self.reply(shapes.Poll.seen_by(allowed, services.launch_poll(actor=self.person, poll=poll)))

    @operation("Polls", reply=shapes.Poll, errors=[NotFound, NotAllowed, PollNotLaunched], for_limited_tokens=True)
    def close(self, request: Request, poll_id: str) -> Response:
        """Close a poll, so that it accepts no more votes."""
        poll, allowed = self._find_to_manage(poll_id)
        return self.reply(shapes.Poll.seen_by(allowed, services.close_poll(actor=self.person, poll=poll)))

    @operation("Polls", reply=shapes.Poll, errors=[NotFound, NotAllowed, PollNotLaunched], for_limited_tokens=True)
    def show_results(self, request: Request, poll_id: str) -> Response:
        """Show hidden results to everybody."""
        poll, allowed = self._find_to_manage(poll_id)
        return self.reply(shapes.Poll.seen_by(allowed, services.show_results(actor=self.person, poll=poll)))

    @operation(
        "Polls",
        request=CopyPollRequest,
        reply=shapes.Poll,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, SessionNotLive, TooManyPolls],
        for_limited_tokens=True,
        idempotent=lambda view, poll_id: view._find_to_manage(poll_id),
    )
    def copy(self, request: Request, poll_id: str) -> Response:
        """Ask the same again: a new poll without votes, prepared or with ``launch`` asked at once."""
        poll, allowed = self._find_to_manage(poll_id)
        copied = services.copy_poll(actor=self.person, poll=poll, **self.parse(CopyPollRequest))
        return self.reply(shapes.Poll.seen_by(allowed, copied), status=201)

    @operation(
        "Polls",
        request=VoteRequest,
        reply=shapes.Poll,
        errors=[NotFound, NotAllowed, AlreadyVoted, PollClosed, PollNotLaunched, TooMany],
        for_limited_tokens=True,
    )
    def vote(self, request: Request, poll_id: str) -> Response:
        """Vote for an option, or with ``option_ids`` for several. Repeating it is harmless, but in an anonymous poll.

        In a poll with a single choice the first vote counts.
        """
        poll, _session, allowed = queries.find_poll(self.person, poll_id)
        require(allowed.may_vote)
        voted = services.vote(actor=self.person, poll=poll, **self.parse(VoteRequest))
        return self.reply(shapes.Poll.seen_by(allowed, voted))

    @operation("Polls", reply=shapes.PollWithVotes, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def results(self, request: Request, poll_id: str) -> Response:
        """Get a poll with its counts and your choices."""
        poll, _session, allowed = queries.find_poll(self.person, poll_id)
        require(allowed.may_see_polls)
        user = self.person.user
        poll.read_options = queries.options_of.all(poll_id=poll.pk)
        mine = queries.choices_of(user.pk, poll.pk) if user else []
        return self.reply(shapes.PollWithVotes.of_voter(shapes.Poll.seen_by(allowed, poll), mine))

    def _find_to_manage(self, poll_id: str) -> tuple[Poll, Capabilities]:
        """Raises NotFound, then NotAllowed."""
        poll, _session, allowed = queries.find_poll(self.person, poll_id)
        require(allowed.may_manage_polls)
        return poll, allowed


def _results(session: Session) -> Iterator[tuple[Any, ...]]:
    for option in queries.results_table(session).iterator():
        poll = option.poll
        yield poll.question, option.text, option.vote_count, poll.voter_count, poll.launched_at, poll.closed_at


def _votes(session: Session, caller: Person, allowed: Capabilities) -> Iterator[tuple[Any, ...]]:
    for vote in queries.votes_table(session).iterator():
        user = vote.user
        yield (
            vote.poll.question,
            vote.option.text if vote.option else "",
            user.username,
            address_for(caller, user, as_host=allowed.may_see_people_details),
            vote.created_at,
        )
