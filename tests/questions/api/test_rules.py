"""The crew's rules against trouble, held questions among them: who sees, hears and decides what."""

import json

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import AuditEntry
from questions.models import Question
from realtime.models import OutboxEvent
from sessions.models import Attendance, Session, SessionRole
from sessions.queries import complete_session
from sessions.rights.capabilities import capabilities
from sockets.state import state_for
from sockets.topics import topics_for
from tests.conftest import API, as_person, client_for

SECRET = "thursday-behind-the-mill"


def ask(user, session, text=SECRET):
    return client_for(user).post(f"{API}/sessions/{session.pk}/questions", {"text": text}, format="json")


def act(user, question, action="", method="post"):
    return getattr(client_for(user), method)(f"{API}/questions/{question.pk}{action}", format="json")


def listed(user, session):
    reply = client_for(user).get(f"{API}/sessions/{session.pk}/questions").json()["data"]
    return [(question["text"], question["status"]) for question in reply["questions"]]


def state_of(user, session):
    return state_for(as_person(user), complete_session(session.pk))


def heard(user, session):
    """What this person's open page hears of what was told, as text."""
    now = complete_session(session.pk)
    topics = topics_for(now, capabilities(as_person(user), now), user.pk)
    return json.dumps([row.data for row in OutboxEvent.objects.filter(topic__in=topics)])


@pytest.fixture
def held(live_session, attendee):
    Session.objects.update(hold_messages=True)
    reply = ask(attendee, live_session)
    assert (reply.status_code, reply.json()["data"]["status"]) == (201, "held")
    return Question.objects.get()


def test_a_held_question_is_known_to_its_asker_and_to_who_manages_questions_alone(
    live_session, held, attendee, other, host, moderator
):
    rows = sorted(OutboxEvent.objects.values_list("topic", "type"))
    topics = [f"session:{live_session.pk}:moderation", f"user:{attendee.pk}:{live_session.pk}"]
    assert rows == [(topic, "question.held") for topic in topics]
    for user in (attendee, host):
        assert listed(user, live_session) == [(SECRET, "held")]
        assert SECRET in heard(user, live_session)
    assert [question["text"] for question in state_of(attendee, live_session)["me"]["held_questions"]] == [SECRET]
    assert [question["text"] for question in state_of(host, live_session)["questions"]] == [SECRET]
    for user in (other, moderator):
        assert listed(user, live_session) == []
        assert SECRET not in heard(user, live_session) + json.dumps(state_of(user, live_session))
        assert act(user, held, "/vote").status_code == 404
        assert act(user, held, "/approve").status_code == 404


def test_an_approved_question_is_one_for_everyone(live_session, held, attendee, other, host):
    OutboxEvent.objects.all().delete()
    replies = [act(host, held, "/approve") for _ in range(2)]
    assert [(reply.status_code, reply.json()["data"]["status"]) for reply in replies] == [(200, "open")] * 2
    (row,) = OutboxEvent.objects.all()
    assert (row.topic, row.type, row.data) == (
        f"session:{live_session.pk}:questions",
        "question.asked",
        replies[0].json()["data"],
    )
    assert listed(other, live_session) == [(SECRET, "open")]
    assert act(other, held, "/vote").json()["data"]["vote_count"] == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("question.approved", host, attendee)


def test_a_dismissed_one_was_never_heard_of_by_others(live_session, held, attendee, other, host, moderator):
    assert act(host, held, "/dismiss").json()["data"]["status"] == "dismissed"
    assert act(host, held, "/approve").json()["code"] == "question_dismissed"
    assert [listed(user, live_session) for user in (attendee, host)] == [[(SECRET, "dismissed")]] * 2
    for user in (other, moderator):
        assert listed(user, live_session) == []
        told = heard(user, live_session) + json.dumps(state_of(user, live_session))
        assert (SECRET in told, str(held.pk) in told) == (False, False)
    assert act(host, held, "/restore").json()["data"]["status"] == "open"
    assert listed(other, live_session) == [(SECRET, "open")]


def test_nothing_else_is_done_with_a_held_question(held, attendee, host):
    for user, action in ((attendee, "/vote"), (host, "/vote"), (host, "/pin"), (host, "/unpin"), (host, "/answer")):
        assert act(user, held, action).json()["code"] == "question_held"
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.update(pinned_at=held.created_at)


def test_who_may_approve(held, attendee, stranger, host):
    assert [act(user, held, "/approve").status_code for user in (None, stranger, attendee, host)] == [
        401,
        404,
        403,
        200,
    ]


def test_the_asker_withdraws_it_and_only_those_who_knew_hear_of_it(live_session, held, attendee, other):
    assert act(attendee, held, method="delete").status_code == 200
    topics = OutboxEvent.objects.filter(type="question.deleted").values_list("topic", flat=True)
    assert sorted(topics) == [f"session:{live_session.pk}:moderation", f"user:{attendee.pk}:{live_session.pk}"]
    assert str(held.pk) not in heard(other, live_session)


def test_crew_and_speakers_are_not_held(live_session, held, host):
    speaker = User.objects.create_user(username="Sam", is_guest=True)
    Attendance.objects.create(session=live_session, user=speaker)
    SessionRole.objects.create(session=live_session, user=speaker, role="speaker", assigned_by=host)
    assert [ask(user, live_session).json()["data"]["status"] for user in (host, speaker)] == ["open", "open"]


@pytest.mark.parametrize("may_write", ["crew", "registered"])
def test_who_may_not_write_may_not_ask_but_vote_and_withdraw(live_session, question, attendee, other, host, may_write):
    Session.objects.update(chat_from=may_write)
    refused = ask(attendee, live_session)
    assert (refused.status_code, refused.json()["code"]) == (403, "writing_closed")
    assert ask(host, live_session).status_code == 201
    assert act(other, question, "/vote").status_code == 200
    assert act(attendee, question, method="delete").status_code == 200
    may = state_of(attendee, live_session)["me"]["may"]
    assert (may["ask"], may["vote_on_questions"]) == (False, True)


def test_people_with_an_account_ask_where_registered_ones_may_write(live_session, member):
    Attendance.objects.create(session=live_session, user=member)
    Session.objects.update(chat_from="registered")
    assert ask(member, live_session).status_code == 201


def test_slow_mode_holds_for_questions(live_session, attendee, host, time_machine):
    time_machine.move_to(live_session.started_at, tick=False)
    Session.objects.update(slow_mode=30)
    replies = [ask(attendee, live_session) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 429]
    assert (replies[1].json()["code"], replies[1].headers["Retry-After"]) == ("slow_mode", "31")
    assert [ask(host, live_session).status_code for _ in range(2)] == [201, 201]
