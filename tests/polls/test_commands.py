"""Voting through the socket, and the results that come back by it."""

import pytest

from polls import services
from sessions.models import Attendance, Session
from tests.conftest import as_person


@pytest.fixture
def voters(server, live_session, guest, host):
    """The guest and the host, connected."""
    Attendance.objects.create(session=live_session, user=guest)
    return {user: server.enter(user, live_session)[0] for user in (guest, host)}


def ask(host, session, **fields):
    asked = {"question": "Which colour?", "options": ["red", "blue"], **fields}
    return services.create_poll(actor=as_person(host), session=session, **asked)


def counts(event):
    return [option["vote_count"] for option in event["data"]["options"]]


def test_a_vote_by_command_is_the_rest_operations(voters, live_session, guest, host):
    poll = ask(host, live_session)
    body = {"poll_id": str(poll.pk), "option_id": str(poll.options.all()[1].pk)}
    reply = voters[guest].ask("poll.vote", data=body)
    assert (reply["ok"], reply["data"]["id"], reply["data"]["total_votes"]) == (True, str(poll.pk), 1)
    assert voters[guest].ask("poll.vote", data={**body, "option_id": str(poll.options.all()[0].pk)})["error"][
        "code"
    ] == ("already_voted")
    results = voters[host].event("poll.results")
    assert (counts(results), "offset" in results) == ([0, 1], False)


@pytest.mark.parametrize("data", [{}, {"poll_id": "x"}, {"poll_id": 5, "option_id": "y"}])
def test_a_vote_for_no_poll_is_not_found(voters, guest, data):
    assert voters[guest].ask("poll.vote", data=data)["error"]["code"] == "not_found"


def test_a_vote_for_no_option_is_invalid(voters, live_session, guest, host):
    poll = ask(host, live_session)
    for option in (None, "red", "01920000-0000-7000-8000-000000000000"):
        reply = voters[guest].ask("poll.vote", data={"poll_id": str(poll.pk), "option_id": option})
        assert reply["error"]["code"] == "invalid"


def test_another_sessions_poll_is_not_found(voters, room, preset, guest, host):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    poll = ask(host, other, launch=False)
    body = {"poll_id": str(poll.pk), "option_id": str(poll.options.all()[0].pk)}
    assert voters[host].ask("poll.vote", data=body)["error"]["code"] == "not_found"


def test_hidden_results_reach_the_crew_and_never_the_audience(voters, live_session, guest, host):
    poll = ask(host, live_session, results_hidden=True)
    services.vote(actor=as_person(guest), poll=poll, option_id=poll.options.all()[0].pk)
    assert counts(voters[host].event("poll.results")) == [1, 0]
    services.close_poll(actor=as_person(host), poll=poll)
    assert counts(voters[guest].event("poll.closed")) == [None, None]
    heard = [
        event for event in voters[guest].events() if event["type"].startswith("poll.") and "options" in event["data"]
    ]
    assert {count for event in heard for count in counts(event)} == {None}
    assert "poll.results" not in {event["type"] for event in heard}


def test_results_of_two_polls_in_one_tick_both_arrive(voters, live_session, guest, host):
    from django.db import transaction

    first, second = ask(host, live_session), ask(host, live_session)
    with transaction.atomic():
        for poll in (first, second):
            services.vote(actor=as_person(guest), poll=poll, option_id=poll.options.all()[0].pk)
    seen = {voters[host].event("poll.results")["data"]["id"]}
    while seen != {str(first.pk), str(second.pk)}:
        for event in voters[host].events():
            if event["type"] == "poll.results":
                seen.add(event["data"]["id"])
        if seen != {str(first.pk), str(second.pk)}:
            voters[host].read()
