"""Asking and voting through the socket."""

import pytest

from sessions.models import Attendance


@pytest.fixture
def people(server, live_session, guest, host):
    """The guest and the host, connected."""
    Attendance.objects.create(session=live_session, user=guest)
    return {user: server.enter(user, live_session)[0] for user in (guest, host)}


def test_a_question_is_asked_voted_for_and_the_vote_taken_back(people, guest, host):
    asked = people[guest].ask("question.ask", data={"text": "How long does it last?"})
    question = asked["data"]["id"]
    assert (asked["ok"], people[host].event("question.asked")["data"]["id"]) == (True, question)
    for voted, count in ((True, 1), (False, 0)):
        reply = people[host].ask("question.vote", data={"question_id": question, "voted": voted})
        assert reply["data"]["vote_count"] == count
        votes = people[guest].event("question.votes")
        assert (votes["data"], "offset" in votes) == ({"id": question, "vote_count": count}, False)
    assert "question.voted" not in {event["type"] for event in people[guest].events()}


@pytest.mark.parametrize(
    ("command", "data", "code"),
    [
        ("question.ask", {}, "invalid"),
        ("question.ask", {"text": 5}, "invalid"),
        ("question.ask", {"text": "x" * 501}, "invalid"),
        ("question.vote", {}, "not_found"),
        ("question.vote", {"question_id": "01920000-0000-7000-8000-000000000000"}, "not_found"),
    ],
)
def test_what_is_refused(people, guest, command, data, code):
    assert people[guest].ask(command, data=data)["error"]["code"] == code


def test_a_vote_that_is_neither_true_nor_false_is_invalid(people, guest):
    question = people[guest].ask("question.ask", data={"text": "How long?"})["data"]["id"]
    reply = people[guest].ask("question.vote", data={"question_id": question, "voted": "no"})
    assert reply["error"]["code"] == "invalid"
