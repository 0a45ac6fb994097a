"""What a page's state shows of the stage, to whom."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.models import StageMember
from sessions.queries import complete_sessions
from sockets.state import state_for
from stage import queries, state
from stage.models import HandRaise, JoinRequest
from tests.conftest import as_person
from tests.stage.conftest import make_guest


def state_of(user, session):
    return state_for(as_person(user), complete_sessions().get(pk=session.pk))


def fill(session, user, *, confirmed=True):
    HandRaise.objects.create(session=session, user=user, message="A secret stage_request")
    JoinRequest.objects.create(session=session, user=user)
    member = StageMember.objects.create(session=session, user=user)
    if confirmed:
        StageMember.objects.filter(pk=member.pk).update(confirmed_at=member.joined_stage_at)


def test_the_crew_sees_all_requests_and_the_audience_only_its_own(live_session, grace, host):
    ben = make_guest("Ben", live_session)
    for user in (grace, ben):
        fill(live_session, user)
    crew, mine = state_of(host, live_session), state_of(grace, live_session)
    assert [hand["participant_name"] for hand in crew["hands"]] == ["Grace", "Ben"]
    assert [request["username"] for request in crew["join_requests"]] == ["Grace", "Ben"]
    assert (mine["hands"], mine["join_requests"]) == ([], [])
    assert mine["me"]["hand"]["participant_identity"] == str(grace.pk)
    assert mine["me"]["join_request"]["user_id"] == str(grace.pk)
    assert mine["me"]["stage"]["participant_identity"] == str(grace.pk)
    assert [person["participant_name"] for person in mine["stage"]["participants"]] == ["Grace", "Ben"]


def test_of_a_long_queue_the_first_are_shown_and_the_others_counted(live_session, host, monkeypatch):
    monkeypatch.setattr(queries, "MOST_SHOWN", 2)
    people = [make_guest(name, live_session) for name in ("Ann", "Ben", "Cid")]
    for user in people:
        HandRaise.objects.create(session=live_session, user=user)
    for user in people[1:]:
        JoinRequest.objects.create(session=live_session, user=user)
    seen = state_of(host, live_session)
    assert [hand["participant_name"] for hand in seen["hands"]] == ["Ann", "Ben"]
    assert [request["username"] for request in seen["join_requests"]] == ["Ben", "Cid"]
    assert (seen["people_waiting"], state_of(people[0], live_session)["people_waiting"]) == (3, 0)


def test_an_unconfirmed_place_is_not_yet_ones_own(live_session, grace):
    fill(live_session, grace, confirmed=False)
    seen = state_of(grace, live_session)
    assert (seen["me"]["stage"], len(seen["stage"]["participants"])) == (None, 1)


def test_what_happens_backstage_is_not_shown_outside(session, speaker, guest):
    fill(session, speaker)
    seen = state_of(guest, session)
    assert (seen["stage"], seen["hands"], seen["join_requests"]) == (
        {"hidden": False, "layout": "screen", "spotlight_identity": None, "participants": []},
        [],
        [],
    )


def test_what_is_personal_takes_three_queries_whatever_the_number(live_session):
    people = [make_guest(name, live_session) for name in ("Ann", "Ben", "Cid")]
    for user in people:
        fill(live_session, user)
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as caught:
            found = state.personal(live_session, [user.pk for user in some])
        assert (len(caught), all(found[user.pk]["hand"] for user in some)) == (3, True)
