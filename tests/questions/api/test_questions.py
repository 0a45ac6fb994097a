"""Asking, listing, voting, answering, pinning, dismissing, withdrawing, the export."""

import csv
import io

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from questions import services
from questions.models import Question, QuestionVote
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions import lifecycle
from sessions.models import Session, SessionRole
from sessions.queries import complete_session
from sessions.rights.capabilities import capabilities
from sockets.state import state_for
from tests.conftest import API, as_person, client_for
from tests.hls.watched import came_in


def ask(user, session, text="How long does it last?"):
    return client_for(user).post(f"{API}/sessions/{session.pk}/questions", {"text": text}, format="json")


def listed(user, session, query=""):
    return client_for(user).get(f"{API}/sessions/{session.pk}/questions{query}")


def act(user, question, action, body=None, method="post"):
    return getattr(client_for(user), method)(f"{API}/questions/{question.pk}{action}", body, format="json")


def texts(reply):
    return [question["text"] for question in reply.json()["data"]["questions"]]


def test_a_question_is_kept_and_told_to_everyone_in(live_session, attendee, other):
    reply = ask(attendee, live_session, "  Why <b>now</b>?  ")
    data = reply.json()["data"]
    assert (reply.status_code, data["text"], data["username"], data["status"]) == (
        201,
        "Why <b>now</b>?",
        "Grace",
        "open",
    )
    assert (data["vote_count"], data["answer"], data["is_pinned"]) == (0, None, False)
    row = OutboxEvent.objects.get()
    assert (row.topic, row.type, row.data["id"]) == (
        f"session:{live_session.pk}:questions",
        "question.asked",
        data["id"],
    )
    assert texts(listed(other, live_session)) == ["Why <b>now</b>?"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, None, 5])
def test_what_is_no_question_is_422(live_session, attendee, text):
    reply = ask(attendee, live_session, text)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "text")


def test_who_is_not_in_neither_asks_nor_reads(live_session, session, guest, stranger, host):
    assert [ask(user, live_session).status_code for user in (None, stranger)] == [401, 403]
    services.ask(actor=as_person(host), session=live_session, text="How long does it last?")
    for user in (None, guest, stranger):  # anybody may come in, and has not
        assert listed(user, live_session).status_code == (401 if user is None else 403)
        if user is not None:
            assert state_for(as_person(user), complete_session(live_session.pk))["questions"] == []
    came_in(guest, live_session)
    assert texts(listed(guest, live_session)) == ["How long does it last?"]
    [shown] = state_for(as_person(guest), complete_session(live_session.pk))["questions"]
    assert shown["text"] == "How long does it last?"
    Room.objects.update(visibility="private")
    assert [call(stranger, live_session).status_code for call in (ask, listed)] == [404, 404]


def test_a_question_carries_the_role_of_its_asker_which_no_name_can_imitate(live_session, attendee, other, host):
    attendee.username = f"{host.username} (Host)"
    attendee.save()
    asked = [ask(user, live_session).json()["data"] for user in (attendee, host)]
    SessionRole.objects.create(session=live_session, user=attendee, role="moderator", assigned_by=host)
    asked.append(ask(attendee, live_session).json()["data"])
    assert [question["role"] for question in asked] == ["audience", "host", "moderator"]
    assert listed(other, live_session).json()["data"]["questions"] == asked
    assert [row.data for row in OutboxEvent.objects.order_by("pk")] == asked


def test_before_the_session_runs_and_after_it_is_409(session, live_session, host, attendee):
    Session.objects.update(status="ended")
    assert ask(attendee, live_session).json()["code"] == "session_ended"
    Session.objects.update(status="scheduled", started_at=None, backstage_opened_at=None)
    assert ask(host, session).json()["code"] == "session_not_live"


def test_the_crews_rules_hold_for_the_audience(live_session, attendee, host):
    Session.objects.update(blocked_words=["spam"], block_links=True)
    for text, code in (("Is Spam good?", "blocked_word"), ("Look at http://example.com", "link")):
        refused = ask(attendee, live_session, text)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    assert ask(host, live_session, "Is spam good?").status_code == 201
    assert ask(attendee, live_session, "Is spamalot good?").status_code == 201


def test_asking_has_a_limit_that_the_crew_has_not(live_session, attendee, host):
    assert [ask(attendee, live_session).status_code for _ in range(6)] == [201] * 5 + [429]
    assert [ask(host, live_session).status_code for _ in range(6)] == [201] * 6


def test_a_vote_counts_once_and_is_taken_back(question, attendee, other):
    for action, method, expected in (
        ("/vote", "post", 1),
        ("/vote", "post", 1),
        ("/vote", "delete", 0),
        ("/vote", "delete", 0),
    ):
        reply = act(other, question, action, method=method)
        assert (reply.status_code, reply.json()["data"]["vote_count"]) == (200, expected)
    assert list(
        OutboxEvent.objects.filter(type="question.voted").values_list("topic", "data__voted").order_by("pk")
    ) == [
        (f"user:{other.pk}:{question.session_id}", True),
        (f"user:{other.pk}:{question.session_id}", False),
    ]


def test_the_database_refuses_a_second_vote(question, other):
    QuestionVote.objects.create(question=question, user=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVote.objects.create(question=question, user=other)


def test_an_answer_in_writing_and_one_aloud(question, host, attendee):
    aloud = act(host, question, "/answer")
    assert (aloud.json()["data"]["status"], aloud.json()["data"]["answer"]) == ("answered", None)
    written = act(host, question, "/answer", {"answer": "An hour."}).json()["data"]
    assert (written["answer"], written["answered_by"]) == ("An hour.", host.username)
    assert act(host, question, "/answer", {"answer": "An hour."}).json()["data"] == written
    assert OutboxEvent.objects.filter(type="question.updated").count() == 2
    assert act(host, question, "/answer", {"answer": "x" * 2001}).status_code == 422
    assert AuditEntry.objects.filter(action="question.answered", subject=attendee).count() == 2


def test_a_dismissed_question_is_seen_by_the_crew_and_its_asker_alone(live_session, question, host, attendee, other):
    act(host, question, "/pin")
    dismissed = act(host, question, "/dismiss").json()["data"]
    assert (dismissed["status"], dismissed["is_pinned"]) == ("dismissed", False)
    seen = [texts(listed(user, live_session)) for user in (host, attendee, other)]
    assert seen == [[question.text], [question.text], []]
    assert act(other, question, "/vote").status_code == 404
    for user, action in ((attendee, "/vote"), (host, "/pin"), (host, "/answer")):
        assert act(user, question, action).json()["code"] == "question_dismissed"
    row = OutboxEvent.objects.get(type="question.dismissed")
    assert row.data == {"id": str(question.pk)}
    assert act(host, question, "/restore").json()["data"]["status"] == "open"
    assert texts(listed(other, live_session)) == [question.text]


@pytest.mark.parametrize("action", ["/answer", "/dismiss", "/restore", "/pin", "/unpin"])
def test_only_the_crew_manages(question, attendee, stranger, host, action):
    replies = [act(user, question, action).status_code for user in (None, stranger, attendee, host)]
    assert replies == [401, 404, 403, 200]


def test_a_moderator_manages_where_the_preset_says_so(live_session, question, other, host):
    SessionRole.objects.create(session=live_session, user=other, role="moderator", assigned_by=host)
    assert act(other, question, "/pin").status_code == 200
    Preset.objects.update(moderator_manage_chat=False)
    assert act(other, question, "/unpin").status_code == 403


def test_one_withdraws_ones_own_question_until_it_is_answered(live_session, question, attendee, other, host):
    assert [act(user, question, "", method="delete").status_code for user in (other, host)] == [403, 403]
    second = services.ask(actor=as_person(attendee), session=live_session, text="And then?")
    assert act(attendee, second, "", method="delete").status_code == 200
    assert act(attendee, second, "", method="delete").status_code == 404
    services.answer(actor=as_person(host), question=question)
    assert act(attendee, question, "", method="delete").json()["code"] == "question_answered"
    assert OutboxEvent.objects.get(type="question.deleted").data == {"id": str(second.pk)}


def test_pages_of_the_list(live_session, host):
    for text in ("first", "second", "third"):
        services.ask(actor=as_person(host), session=live_session, text=text)
    assert texts(listed(host, live_session, "?limit=2&offset=1")) == ["second", "third"]
    assert listed(host, live_session, "?limit=2&offset=9").json()["data"] == {
        "questions": [], "total": 3, "limit": 2, "offset": 9,
    }  # fmt: skip
    for query in ("?limit=0", "?limit=101", "?offset=-1", "?offset=x"):
        assert listed(host, live_session, query).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(live_session, host, attendee, django_assert_num_queries, number):
    for n in range(number):
        asked = services.ask(actor=as_person(attendee), session=live_session, text=f"Question {n}")
        services.answer(actor=as_person(host), question=asked, answer="Yes.")
    client = client_for(attendee)
    with django_assert_num_queries(5):
        assert len(client.get(f"{API}/sessions/{live_session.pk}/questions").json()["data"]["questions"]) == number


def test_the_export_is_for_host_and_co_hosts_and_holds_no_formula(live_session, attendee, host):
    services.ask(actor=as_person(attendee), session=live_session, text="=1+1?")
    path = f"{API}/sessions/{live_session.pk}/questions/export"
    assert [client_for(user).get(path).status_code for user in (None, attendee)] == [401, 403]
    text = b"".join(client_for(host).get(path).streaming_content).decode("utf-8-sig")
    assert next(iter(list(csv.reader(io.StringIO(text)))[1:]))[:4] == ["'=1+1?", "Grace", "open", "0"]


def test_only_the_foremost_stand_in_the_state(live_session, host, monkeypatch):
    from questions.queries import foremost

    monkeypatch.setattr("questions.queries.MOST_SHOWN", 3)
    asked = [services.ask(actor=as_person(host), session=live_session, text=f"Question {n}") for n in range(5)]
    services.pin(actor=as_person(host), question=asked[0])
    services.vote(actor=as_person(host), question=asked[1])
    shown = foremost(live_session, capabilities(as_person(host), live_session))
    assert [q.text for q in shown] == ["Question 0", "Question 1", "Question 4"]


def test_a_rehearsals_questions_go_and_a_sessions_stay(live_session, question):
    with transaction.atomic():
        locked = lifecycle.lock_session(live_session.pk)
        lifecycle.end(locked)
        services.close(locked)
    assert Question.objects.count() == 1
    services.drop_rehearsal(live_session)
    assert Question.objects.count() == 0
