"""What a page's state says of the person themself: who has nothing costs nothing but the look whether they have."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from chat.models import ChatMessage
from polls.models import Poll, PollOption, Vote
from questions.models import Question, QuestionVote
from sessions.models import StageMember
from sessions.parts import parts
from sockets.state import personal_states
from stage.models import HandRaise, JoinRequest

pytestmark = pytest.mark.django_db
PARTS = [part.personal for part in parts() if part.personal is not None]


def message(session, user, *, to=None, status="visible"):
    ChatMessage.objects.create(
        session=session,
        user=user,
        username=user.username,
        role="audience",
        text="Psst",
        recipient=to,
        recipient_username=to and to.username,
        status=status,
        published_at=timezone.now() if status == "visible" else None,
    )


def vote(session, user, other, *, is_anonymous=False):
    poll = Poll.objects.create(
        session=session, created_by=other, question="Well?", is_anonymous=is_anonymous, launched_at=timezone.now()
    )
    option = None if is_anonymous else PollOption.objects.create(poll=poll, text="Yes", position=0)
    Vote.objects.create(poll=poll, option=option, user=user, is_only=True)


def question(session, user, **values):
    return Question.objects.create(session=session, user=user, text="Why?", **values)


#: One thing each that somebody has: made for ``user``, with ``other`` where it takes two.
THINGS = {
    "a hand": lambda session, user, other: HandRaise.objects.create(session=session, user=user),
    "a join request": lambda session, user, other: JoinRequest.objects.create(session=session, user=user),
    "a place": lambda session, user, other: StageMember.objects.create(
        session=session, user=user, confirmed_at=timezone.now()
    ),
    "what they wrote to one": lambda session, user, other: message(session, user, to=other),
    "what was written to them": lambda session, user, other: message(session, other, to=user),
    "a held message": lambda session, user, other: message(session, user, status="held"),
    "a vote": vote,
    "an anonymous vote": lambda session, user, other: vote(session, user, other, is_anonymous=True),
    "a vote for a question": lambda session, user, other: QuestionVote.objects.create(
        question=question(session, other), user=user
    ),
    "a held question": lambda session, user, other: question(session, user, is_held=True),
    "a dismissed question": lambda session, user, other: question(session, user, dismissed_at=timezone.now()),
}


def nothing():
    found = {}
    for part in PARTS:
        found |= part.nothing
    return found


@pytest.mark.parametrize("thing", THINGS)
def test_what_somebody_has_is_told_to_them_alone(thing, live_session, guest, member, host):
    THINGS[thing](live_session, guest, host)
    whole = {}
    for part in PARTS:
        whole |= part.of(live_session, [guest.pk])[guest.pk]
    found = personal_states(live_session, [guest.pk, member.pk])
    assert found == {guest.pk: whole, member.pk: nothing()}
    assert whole != nothing()


@pytest.mark.parametrize("thing", THINGS)
def test_what_somebody_has_in_another_session_is_not_told_here(thing, live_session, room, preset, guest, host):
    other = type(live_session).objects.create(room=room, preset=preset, title="Another")
    THINGS[thing](other, guest, host)
    assert personal_states(live_session, [guest.pk]) == {guest.pk: nothing()}


@pytest.mark.any_database  # of the plans that SQLite makes
def test_the_look_goes_through_what_belongs_to_the_person_and_never_through_all_of_a_session(live_session, guest):
    with CaptureQueriesContext(connection) as queries:
        personal_states(live_session, [guest.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        steps = [step for *_numbers, step in cursor.fetchall()]
    outer = [step for step in steps if " U0 " in step]
    assert len(outer) == sum(len(part.rows) for part in PARTS)
    assert [step for step in outer if not any(f"{who}_id=?" in step for who in ("user", "recipient"))] == []


def test_who_has_nothing_is_told_the_same_by_each_part(live_session, guest):
    assert [part.of(live_session, [guest.pk]) for part in PARTS] == [{guest.pk: part.nothing} for part in PARTS]


@pytest.mark.parametrize("number", [1, 3, 40])
def test_of_those_who_have_nothing_one_statement_asks(number, live_session, django_assert_num_queries):
    users = User.objects.bulk_create(User(username=f"P{n}", is_guest=True) for n in range(number))
    with django_assert_num_queries(1):
        found = personal_states(live_session, [user.pk for user in users])
    assert found == {user.pk: nothing() for user in users}
