"""static/js/stage/hand_queue.js and the reducers of static/js/state/stage_events.js: what the crew's queue shows."""

import pytest

from tests.javascript import Function


@pytest.fixture(scope="module")
def queue_of():
    function = Function("stage/hand_queue.js", "queueOf")
    yield function
    function.close()


@pytest.fixture(scope="module")
def apply():
    function = Function("state/apply.js", "apply")
    yield function
    function.close()


def hand(number, user, since, message=""):
    return {
        "id": f"hand-{number}",
        "participant_identity": user,
        "participant_name": user.title(),
        "message": message,
        "created_at": f"2026-05-04T09:00:{since:02}.000000Z",
    }


def request(number, user, since):
    moment = f"2026-05-04T09:00:{since:02}.000000Z"
    return {"id": f"request-{number}", "user_id": user, "username": user.title(), "created_at": moment}


def test_who_did_both_stands_once_with_both_from_the_first_moment(queue_of):
    found = queue_of([hand(1, "ben", 2), hand(2, "ann", 5, "Why?")], [request(3, "ann", 1), request(4, "cid", 3)])
    assert [(one["name"], one["kind"], one["message"], one["since"][17:19]) for one in found] == [
        ("Ann", "both", "Why?", "01"),
        ("Ben", "hand", "", "02"),
        ("Cid", "request", "", "03"),
    ]
    assert [request["address"] for request in found[0]["requests"]] == [
        "stage/hand_raises/hand-2",
        "stage/join_requests/request-3",
    ]


def test_an_empty_queue(queue_of):
    assert queue_of([], []) == []


def test_a_page_keeps_the_first_fifty_and_takes_the_number_as_told(apply):
    state = {"me": {"role": "host", "user_id": "me", "hand": None}, "hands": [], "people_waiting": 0}
    for number in range(52):
        state = apply(state, {"type": "hand.raised", "data": hand(number, f"p{number}", number)})
        state = apply(state, {"type": "stage.waiting", "data": {"people_waiting": number + 1}})
    assert [one["id"] for one in state["hands"]] == [f"hand-{number}" for number in range(50)]
    assert state["people_waiting"] == 52
