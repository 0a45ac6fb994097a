"""Many at once, on threads of their own, against the real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from core.errors import Problem
from questions import services
from questions.models import Question, QuestionVote
from sessions.models import Attendance
from tests.conftest import as_person

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """The codes of those ``calls``, begun at the same moment, that were refused."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            call()
        except Problem as problem:
            return problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [code for code in threads.map(run, calls) if code]


def test_fifty_voters_at_once_are_counted_exactly(live_session, question):
    users = [User(username=f"Guest {n}", is_guest=True) for n in range(50)]
    User.objects.bulk_create(users)
    Attendance.objects.bulk_create(Attendance(session=live_session, user=user) for user in users)
    votes = [lambda user=user: services.vote(actor=as_person(user), question=question) for user in users]
    assert together(*votes) == []
    assert (Question.objects.get().vote_count, QuestionVote.objects.count()) == (50, 50)


def test_one_person_voting_many_times_at_once_counts_once(question, attendee):
    together(*[lambda: services.vote(actor=as_person(attendee), question=question)] * 9)
    assert (Question.objects.get().vote_count, QuestionVote.objects.count()) == (1, 1)


def test_voting_and_taking_back_at_once_leaves_count_and_votes_equal(question, attendee):
    vote = lambda: services.vote(actor=as_person(attendee), question=question)  # noqa: E731
    back = lambda: services.take_vote_back(actor=as_person(attendee), question=question)  # noqa: E731
    together(*[vote, back] * 5)
    assert Question.objects.get().vote_count == QuestionVote.objects.count()
