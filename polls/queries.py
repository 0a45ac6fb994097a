"""Reads of polls; every queryset starts at what the caller may see."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from accounts.person import Person
from core.errors import NotFound
from core.ids import parse_uuid
from core.rows import chunks
from polls.models import Poll, PollOption, Vote
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import Capabilities, capabilities


def polls_seen(session: Session, allowed: Capabilities) -> QuerySet[Poll]:
    """The session's polls in the order they were made, with authors and options: two queries whatever their number.

    Prepared ones only for the crew.
    """
    if not allowed.may_see_polls:
        return Poll.objects.none()
    polls = Poll.objects.filter(session=session).select_related("created_by").prefetch_related("options")
    return polls if allowed.is_crew else polls.filter(launched_at__isnull=False)


def find_poll(person: Person, poll_id: object) -> tuple[Poll, Session, Capabilities]:
    """The poll, its session, and what the caller may do there. Raises NotFound unless the poll is theirs to see.

    Who may vote, make or manage polls but not look at results still finds them.
    """
    known = parse_uuid(poll_id)
    polls = Poll.objects.select_related("created_by").prefetch_related("options")
    poll = polls.filter(pk=known).first() if known else None
    if poll is None:
        raise NotFound
    session = find_session(person, poll.session_id)
    allowed = capabilities(person, session)
    finds = allowed.may_see_polls or allowed.may_vote or allowed.may_manage_polls
    if not finds or not (poll.is_launched or allowed.is_crew):
        raise NotFound
    return poll, session, allowed


def votes_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """Person → poll → the options they chose, in the poll's order; one query for each 500 people."""
    votes: dict[UUID, dict[str, list[str]]] = {user_id: {} for user_id in user_ids}
    for some in chunks(user_ids):
        rows = Vote.objects.filter(poll__session=session, user__in=some).order_by("poll", "option__position")
        for user_id, poll_id, option_id in rows.values_list("user_id", "poll_id", "option_id"):
            votes[user_id].setdefault(str(poll_id), []).append(str(option_id))
    return votes


def choices_of(user_id: UUID, poll_id: UUID) -> list[UUID]:
    """The options of the poll that this person chose, in the poll's order."""
    votes = Vote.objects.filter(poll=poll_id, user=user_id).order_by("option__position")
    return list(votes.values_list("option_id", flat=True))


def results_table(session: Session) -> QuerySet[PollOption]:
    """Options of all launched polls with their polls, for the export."""
    options = PollOption.objects.filter(poll__session=session, poll__launched_at__isnull=False)
    return options.select_related("poll").order_by("poll", "position")


def votes_table(session: Session) -> QuerySet[Vote]:
    """Every vote of the session with its poll, option and person, for the export."""
    votes = Vote.objects.filter(poll__session=session).select_related("poll", "option", "user")
    return votes.order_by("poll", "created_at", "id")
