"""Many at once, on threads of their own, against the real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.errors import Problem
from polls import services
from polls.models import Poll, PollOption, Vote
from tests.conftest import as_person

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """The results of ``calls``, begun at the same moment; a refusal is its code."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Problem as problem:
            return problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def counts(poll):
    """(what the counters say, what the votes say), by option."""
    options = PollOption.objects.filter(poll=poll).order_by("position")
    return [option.vote_count for option in options], [option.votes.count() for option in options]


def voting(poll, user, position):
    option = poll.options.all()[position].pk
    return lambda: services.vote(actor=as_person(user), poll=poll, option_id=option)


def test_fifty_voters_at_once_are_counted_exactly(poll, people):
    voters = people(50)
    together(*(voting(poll, user, number % 3) for number, user in enumerate(voters)))
    assert counts(poll) == ([17, 17, 16], [17, 17, 16])
    assert Poll.objects.get().voter_count == 50


def test_fifty_voters_with_several_choices_are_counted_exactly(live_session, make_poll, people):
    poll = make_poll(live_session, allow_multiple_votes=True)
    voters = people(25)
    together(*(voting(poll, user, position) for user in voters for position in (0, 2)))
    assert counts(poll) == ([25, 0, 25], [25, 0, 25])
    assert Poll.objects.get().voter_count == 25


def test_one_person_voting_for_everything_at_once_has_one_vote(poll, attendee):
    results = together(*(voting(poll, attendee, number % 3) for number in range(9)))
    assert Vote.objects.count() == 1
    assert results.count("already_voted") == 6  # the other two repeated the vote that stands
    assert sum(counts(poll)[0]) == Poll.objects.get().voter_count == 1


def test_no_vote_is_counted_after_the_poll_was_closed(poll, people, host):
    voters = people(30)
    closing = lambda: services.close_poll(actor=as_person(host), poll=poll)  # noqa: E731
    results = together(
        *(voting(poll, user, 0) for user in voters[:15]), closing, *(voting(poll, u, 0) for u in voters[15:])
    )
    refused = results.count("poll_closed")
    counted, rows = counts(poll)
    assert counted == rows == [30 - refused, 0, 0]
    closed_at = Poll.objects.get().closed_at
    assert not Vote.objects.filter(created_at__gt=closed_at).exists()
    told = results[15]
    assert [option.vote_count for option in told.options.all()] == counted


def test_a_poll_launched_twice_at_once_is_told_once(live_session, make_poll, host):
    from realtime.models import OutboxEvent

    poll = make_poll(live_session, launch=False)
    OutboxEvent.objects.all().delete()
    together(*[lambda: services.launch_poll(actor=as_person(host), poll=poll)] * 4)
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == ["poll.created"]
