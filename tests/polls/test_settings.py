"""Settings of a poll: when results are seen, anonymity, several choices at once, asking again."""

import pytest
from django.db import IntegrityError, transaction

from polls.models import Poll, Vote
from realtime.models import OutboxEvent
from tests.conftest import API, client_for
from tests.javascript import Function
from tests.sessions.members import attendee


@pytest.fixture
def ask(live_session, host):
    """``ask(results="after_vote", …)`` is the reply to a poll of three options."""

    def create(**fields):
        body = {"question": "Which colour?", "options": ["red", "green", "blue"], **fields}
        return client_for(host).post(f"{API}/sessions/{live_session.pk}/polls", body, format="json")

    return create


def call(user, poll, what, body=None, method="post"):
    return getattr(client_for(user), method)(f"{API}/polls/{poll['id']}/{what}", body or {}, format="json")


def ids(poll, *places):
    return [poll["options"][place]["id"] for place in places]


def counts(user, poll):
    return [option["vote_count"] for option in call(user, poll, "results", method="get").json()["data"]["options"]]


@pytest.mark.parametrize(
    ("sent", "results", "hidden"),
    [
        ({}, "live", False),
        ({"results": "after_vote"}, "after_vote", False),
        ({"results": "when_shown"}, "when_shown", True),
        ({"results_hidden": True}, "when_shown", True),
        ({"results": "live", "results_hidden": False}, "live", False),
    ],
)
def test_results_are_seen_live_after_voting_or_when_shown(ask, sent, results, hidden):
    poll = ask(**sent).json()["data"]
    assert (poll["results"], poll["results_hidden"]) == (results, hidden)


def test_what_contradicts_itself_is_refused(ask):
    refused = ask(results="live", results_hidden=True)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "results")
    assert ask(results="never").status_code == 422


def test_hidden_results_that_were_shown_are_live_and_a_prepared_poll_may_change(ask, host):
    poll = ask(results="when_shown").json()["data"]
    assert call(host, poll, "show_results").json()["data"]["results"] == "live"
    prepared = ask(launch=False, results="when_shown").json()["data"]
    address = f"{API}/polls/{prepared['id']}"
    changed = client_for(host).patch(address, {"results": "after_vote", "is_anonymous": True}, format="json")
    assert (changed.json()["data"]["results"], changed.json()["data"]["is_anonymous"]) == ("after_vote", False)


def test_an_anonymous_vote_is_counted_and_nothing_tells_the_choice(ask, live_session, host, attendee_of):
    poll = ask(is_anonymous=True).json()["data"]
    reply = call(attendee_of, poll, "vote", {"option_id": ids(poll, 1)[0]})
    assert reply.status_code == 200
    row = Vote.objects.get()
    assert (row.option_id, row.user_id, row.pk.version) == (None, attendee_of.pk, 4)
    assert row.created_at == Poll.objects.get().launched_at
    assert counts(host, poll) == [0, 1, 0]
    mine = call(attendee_of, poll, "results", method="get").json()["data"]
    assert (mine["my_votes"], mine["has_voted"], mine["total_voters"]) == (None, True, 1)
    told = OutboxEvent.objects.get(type="poll.voted")
    assert told.data == {"poll_id": poll["id"], "option_ids": []}
    export = client_for(host).get(f"{API}/sessions/{live_session.pk}/polls/export", {"rows": "votes", "format": "csv"})
    assert attendee_of.username.encode() not in b"".join(export)


@pytest.mark.parametrize("again", [0, 1])
def test_any_repetition_of_an_anonymous_vote_is_refused(ask, attendee_of, again):
    poll = ask(is_anonymous=True, allow_multiple_votes=True).json()["data"]
    call(attendee_of, poll, "vote", {"option_ids": ids(poll, 0, 2)})
    refused = call(attendee_of, poll, "vote", {"option_id": ids(poll, again)[0]})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_voted")
    assert (counts(attendee_of, poll), Vote.objects.count()) == ([1, 0, 1], 1)


def test_the_database_keeps_a_person_to_one_anonymous_vote(ask, attendee_of):
    poll = ask(is_anonymous=True).json()["data"]
    call(attendee_of, poll, "vote", {"option_id": ids(poll, 0)[0]})
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(poll_id=poll["id"], user=attendee_of, is_only=True)


def test_several_options_are_one_vote_where_several_may_be_chosen(ask, attendee_of):
    poll = ask(allow_multiple_votes=True).json()["data"]
    for places in ((0, 2), (2, 0), (2, 1)):
        assert call(attendee_of, poll, "vote", {"option_ids": ids(poll, *places)}).status_code == 200
    mine = call(attendee_of, poll, "results", method="get").json()["data"]
    assert (mine["my_votes"], mine["total_votes"], mine["total_voters"]) == (ids(poll, 0, 1, 2), 3, 1)


@pytest.mark.parametrize(
    "body", [{}, {"option_ids": []}, {"option_id": "both", "option_ids": ["both"]}, {"option_ids": 7}]
)
def test_a_vote_names_an_option_or_several(ask, attendee_of, body):
    poll = ask(allow_multiple_votes=True).json()["data"]
    known = ids(poll, 0)[0]
    sent = {name: known if value == "both" else [known] if value == ["both"] else value for name, value in body.items()}
    assert call(attendee_of, poll, "vote", sent).status_code == 422


def test_several_in_a_single_choice_are_refused_and_nothing_is_counted(ask, attendee_of):
    poll = ask().json()["data"]
    refused = call(attendee_of, poll, "vote", {"option_ids": ids(poll, 0, 1)})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "option_ids")
    assert counts(attendee_of, poll) == [0, 0, 0]


@pytest.mark.parametrize("launch", [False, True])
def test_a_closed_poll_is_copied_or_asked_again_and_keeps_what_it_got(ask, host, attendee_of, launch):
    fields = {"is_anonymous": True, "allow_multiple_votes": True, "results": "after_vote"}
    poll = ask(**fields).json()["data"]
    call(attendee_of, poll, "vote", {"option_id": ids(poll, 0)[0]})
    call(host, poll, "close")
    reply = call(host, poll, "copy", {"launch": launch})
    assert reply.status_code == 201
    copied = reply.json()["data"]
    assert {name: copied[name] for name in fields} == fields
    assert [option["text"] for option in copied["options"]] == ["red", "green", "blue"]
    assert (copied["is_launched"], copied["total_voters"], counts(host, poll)) == (launch, 0, [1, 0, 0])
    assert call(attendee_of, poll, "copy").status_code == 403


@pytest.fixture
def attendee_of(live_session):
    return attendee(live_session, "Ada")


@pytest.fixture(scope="module")
def percentages():
    function = Function("polls/percentages.js", "percentages")
    yield function
    function.close()


def test_percents_of_a_single_choice_add_up_to_a_hundred(percentages):
    for counted in ([1, 1, 1], [1, 1, 1, 1, 1, 1], [2, 1], [997, 1, 1, 1], [0, 5], [333, 333, 334], list(range(20))):
        found = percentages(counted, {"people": sum(counted), "isSingle": True})
        assert sum(found) == 100, counted
        assert all(abs(percent - count * 100 / sum(counted)) < 1 for percent, count in zip(found, counted, strict=True))
    assert percentages([1, 1, 1], {"people": 3, "isSingle": True}) == [34, 33, 33]
    assert percentages([0, 0], {"people": 0, "isSingle": True}) == [0, 0]
    assert percentages([2, 1, 2], {"people": 2, "isSingle": False}) == [100, 50, 100]
