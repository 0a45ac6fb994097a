"""POST /polls/{id}/vote, /close, /show_results; GET /polls/{id}/results; the export."""

import csv
import io
import json

import pytest

from accounts.credentials import issue_tokens
from polls import services
from polls.models import Poll, PollOption, Vote
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions.models import Ban, Session
from tests.conftest import API, as_person, client_for


def vote(user, poll, position=0, option=None):
    body = {"option_id": str(option or poll.options.all()[position].pk)}
    return client_for(user).post(f"{API}/polls/{poll.pk}/vote", body, format="json")


def counts(data):
    return [option["vote_count"] for option in data["options"]]


def test_a_vote_is_counted_once_however_often_it_is_sent(poll, attendee):
    first, again = vote(attendee, poll, 1), vote(attendee, poll, 1)
    assert [first.status_code, again.status_code] == [200, 200]
    assert counts(again.json()["data"]) == [0, 1, 0]
    assert (again.json()["data"]["total_votes"], again.json()["data"]["total_voters"], Vote.objects.count()) == (
        1,
        1,
        1,
    )


def test_another_option_of_a_single_choice_is_409(poll, attendee):
    vote(attendee, poll, 1)
    other = vote(attendee, poll, 2)
    assert (other.status_code, other.json()["code"]) == (409, "already_voted")
    assert list(PollOption.objects.order_by("position").values_list("vote_count", flat=True)) == [0, 1, 0]


def test_several_choices_count_one_voter(live_session, make_poll, attendee):
    poll = make_poll(live_session, allow_multiple_votes=True)
    vote(attendee, poll, 2)
    data = vote(attendee, poll, 0).json()["data"]
    assert (counts(data), data["total_votes"], data["total_voters"]) == ([1, 0, 1], 2, 1)
    mine = client_for(attendee).get(f"{API}/polls/{poll.pk}/results").json()["data"]["my_votes"]
    assert mine == [data["options"][0]["id"], data["options"][2]["id"]]


@pytest.mark.parametrize("option", ["another poll's", "unknown", "malformed", "missing"])
def test_an_option_that_is_not_the_polls_is_422_before_any_409(live_session, poll, make_poll, attendee, host, option):
    other = make_poll(live_session)
    body = {
        "another poll's": {"option_id": str(other.options.all()[0].pk)},
        "unknown": {"option_id": "01920000-0000-7000-8000-000000000000"},
        "malformed": {"option_id": "red"},
        "missing": {},
    }[option]
    services.close_poll(actor=as_person(host), poll=poll)
    reply = client_for(attendee).post(f"{API}/polls/{poll.pk}/vote", body, format="json")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "option_id")


def test_a_closed_poll_takes_no_votes_and_keeps_its_counts(poll, attendee, host):
    vote(attendee, poll, 0)
    closed = client_for(host).post(f"{API}/polls/{poll.pk}/close")
    again = client_for(host).post(f"{API}/polls/{poll.pk}/close")
    assert (closed.json()["data"]["status"], counts(closed.json()["data"])) == ("closed", [1, 0, 0])
    assert again.json()["data"] == closed.json()["data"]
    late = vote(host, poll, 0)
    assert (late.status_code, late.json()["code"]) == (409, "poll_closed")
    assert OutboxEvent.objects.filter(type="poll.closed").count() == 1


def test_a_prepared_poll_takes_no_votes_of_the_crew_nor_is_it_closed(live_session, make_poll, host):
    poll = make_poll(live_session, launch=False)
    assert vote(host, poll).json()["code"] == "poll_not_launched"
    for action in ("close", "show_results"):
        assert client_for(host).post(f"{API}/polls/{poll.pk}/{action}").json()["code"] == "poll_not_launched"


def test_who_may_not_vote(live_session, poll, attendee, host, guest, stranger):
    assert vote(None, poll).status_code == 401
    assert vote(stranger, poll).status_code == 404  # has not come in: sees no polls
    Preset.objects.update(audience_poll_vote=False)
    assert vote(attendee, poll).status_code == 403
    assert vote(host, poll).status_code == 200
    Preset.objects.update(audience_poll_vote=True)
    Ban.objects.create(session=live_session, user=attendee, banned_by=host)
    assert vote(attendee, poll).status_code == 404
    assert list(Vote.objects.values_list("user", flat=True)) == [host.pk]


def test_who_votes_but_may_not_look_gets_no_counts(poll, attendee):
    Preset.objects.update(audience_poll_view=False)
    assert counts(vote(attendee, poll, 0).json()["data"]) == [None, None, None]
    assert client_for(attendee).get(f"{API}/polls/{poll.pk}/results").status_code == 403


def test_votes_have_a_limit(poll, attendee, monkeypatch):
    monkeypatch.setattr("polls.services._VOTES", 2)
    assert [vote(attendee, poll, 0).status_code for _ in range(3)] == [200, 200, 429]


def test_a_token_for_one_session_votes_in_its_polls_alone(live_session, room, preset, poll, make_poll, host):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    elsewhere = make_poll(other, launch=False)
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(host, session_id=live_session.pk).access_token}")
    assert client.get(f"{API}/polls/{poll.pk}/results").status_code == 200
    assert client.get(f"{API}/polls/{elsewhere.pk}/results").status_code == 404


def test_hidden_results_are_null_for_the_audience_until_they_are_shown(live_session, make_poll, attendee, host):
    poll = make_poll(live_session, results_hidden=True)
    voted = vote(attendee, poll, 0).json()["data"]
    assert (counts(voted), voted["total_votes"], voted["total_voters"]) == ([None] * 3, None, None)
    path = f"{API}/polls/{poll.pk}"
    assert counts(client_for(attendee).get(f"{path}/results").json()["data"]) == [None] * 3
    listed = client_for(attendee).get(f"{API}/sessions/{live_session.pk}/polls").json()["data"]["polls"][0]
    assert (counts(listed), listed["total_voters"]) == ([None] * 3, None)
    assert counts(client_for(host).get(f"{path}/results").json()["data"]) == [1, 0, 0]
    assert client_for(attendee).post(f"{path}/show_results").status_code == 403
    client_for(host).post(f"{path}/close")
    assert counts(client_for(attendee).get(f"{path}/results").json()["data"]) == [None] * 3
    assert client_for(host).post(f"{path}/show_results").status_code == 200
    assert counts(client_for(attendee).get(f"{path}/results").json()["data"]) == [1, 0, 0]


def test_hidden_counts_are_told_to_the_crew_alone(live_session, make_poll, attendee, host):
    poll = make_poll(live_session, results_hidden=True)
    vote(attendee, poll, 0)
    services.close_poll(actor=as_person(host), poll=poll)
    seen = {"polls": [], "crew": []}
    for row in OutboxEvent.objects.filter(type__in=["poll.created", "poll.closed"]).order_by("pk"):
        seen[row.topic.rpartition(":")[2]].append((row.type, counts(row.data), row.data["total_voters"]))
    assert seen == {
        "polls": [("poll.created", [None] * 3, None), ("poll.closed", [None] * 3, None)],
        "crew": [("poll.created", [0, 0, 0], 0), ("poll.closed", [1, 0, 0], 1)],
    }


def test_a_crew_that_may_not_look_is_told_nothing(live_session, make_poll, host):
    Preset.objects.update(host_poll_view=False)
    make_poll(live_session, results_hidden=True)
    assert [row.topic.rpartition(":")[2] for row in OutboxEvent.objects.all()] == ["polls"]


def test_a_vote_is_told_to_its_person(poll, attendee):
    vote(attendee, poll, 1)
    row = OutboxEvent.objects.get(type="poll.voted")
    assert row.topic == f"user:{attendee.pk}:{poll.session_id}"
    assert row.data == {"poll_id": str(poll.pk), "option_ids": [str(poll.options.all()[1].pk)]}


def download(user, session, query=""):
    return client_for(user).get(f"{API}/sessions/{session.pk}/polls/export{query}")


def test_the_export_has_counts_and_who_voted_and_no_formula(live_session, make_poll, attendee, host, guest):
    make_poll(live_session, launch=False, question="Prepared?")
    poll = make_poll(live_session, question="=cmd()", options=["+1", "no"])
    vote(attendee, poll, 0)
    text = b"".join(download(host, live_session).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[:4] for row in rows[1:]] == [["'=cmd()", "'+1", "1", "1"], ["'=cmd()", "no", "0", "1"]]
    voted = json.loads(b"".join(download(host, live_session, "?rows=votes&format=json").streaming_content))
    assert [(row["option"], row["username"], row["email"]) for row in voted] == [("+1", "Grace", None)]


def test_the_export_is_for_host_and_co_hosts(live_session, poll, attendee, host, stranger):
    assert [download(user, live_session).status_code for user in (None, stranger, attendee, host)] == [
        401,
        403,
        403,
        200,
    ]
    assert download(host, live_session, "?format=pdf").status_code == 422
    assert download(host, live_session, "?rows=all").status_code == 422


def test_a_rehearsals_votes_go_at_go_live_and_its_polls_are_prepared_again(session, make_poll, host):
    from django.db import transaction

    from sessions import lifecycle

    with transaction.atomic():
        lifecycle.open_backstage(lifecycle.lock_session(session.pk))
    launched, waiting = make_poll(session), make_poll(session, launch=False)
    vote(host, launched, 0)
    services.close_poll(actor=as_person(host), poll=launched)
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        lifecycle.go_live(locked)
        services.drop_rehearsal(locked)
    rows = Poll.objects.order_by("pk").values_list("pk", "launched_at", "closed_at", "voter_count")
    assert list(rows) == [(launched.pk, None, None, 0), (waiting.pk, None, None, 0)]
    assert (Vote.objects.count(), PollOption.objects.filter(vote_count__gt=0).count()) == (0, 0)


def test_the_end_closes_what_is_open_and_the_results_stay(live_session, poll, attendee, host):
    from django.db import transaction

    from sessions import lifecycle

    vote(attendee, poll, 0)
    with transaction.atomic():
        locked = lifecycle.lock_session(live_session.pk)
        lifecycle.end(locked)
        services.close(locked)
    assert vote(host, poll, 0).json()["code"] == "poll_closed"
    assert counts(client_for(host).get(f"{API}/polls/{poll.pk}/results").json()["data"]) == [1, 0, 0]
    assert client_for(host).delete(f"{API}/polls/{poll.pk}").json()["code"] == "session_ended"
