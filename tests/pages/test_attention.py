"""static/js/alerts/attention.js: what waits for somebody's decision, and how a notice says it."""

import pytest

from tests.javascript import Function


@pytest.fixture(scope="module")
def waiting_in():
    function = Function("alerts/attention.js", "waitingIn")
    yield function
    function.close()


@pytest.fixture(scope="module")
def sentence_of():
    function = Function("alerts/attention.js", "sentenceOf")
    yield function
    function.close()


def state(*rights, **more):
    return {
        "me": {"user_id": "me", "may": dict.fromkeys(rights, True)},
        "hands": [
            {"id": "h", "participant_identity": "ann", "participant_name": "Ann", "message": "", "created_at": "2026"}
        ],
        "join_requests": [{"id": "j", "user_id": "ben", "username": "Ben", "created_at": "2027"}],
        "people_waiting": 5,
        "questions": [
            {"id": "q", "user_id": "ann", "username": "Ann", "status": "open"},
            {"id": "own", "user_id": "me", "username": "Me", "status": "open"},
            {"id": "done", "user_id": "ann", "username": "Ann", "status": "answered"},
        ],
        **more,
    }


CREW = {
    "held": [{"id": "m", "username": "Ann", "message": "Hi"}],
    "reports": [{"id": "r", "username": "Ann", "reported_by_username": "Ben"}],
}
TEAM = {"messages": [{"id": "1", "user_id": "me", "username": "Me"}, {"id": "2", "user_id": "sam", "username": "Sam"}]}
LOBBY = {"people": [{"user_id": "zoe", "username": "Zoe"}], "total": 3}


def listed(found):
    return {kind: ([item["key"] for item in part["items"]], part["more"]) for kind, part in found.items()}


def test_each_is_told_of_what_they_may_decide_and_of_nothing_else(waiting_in):
    everything = state("manage_stage", "manage_questions", chat_crew=CREW, team=TEAM)
    assert listed(waiting_in(everything, LOBBY)) == {
        "stage": (["ann", "ben"], 3),
        "questions": (["q"], 0),
        "held": (["m"], 0),
        "reports": (["r"], 0),
        "team": (["2"], 0),
        "lobby": (["zoe"], 2),
    }
    assert listed(waiting_in(state("manage_stage"))) == {"stage": (["ann", "ben"], 3)}
    assert listed(waiting_in(state("manage_questions", team=TEAM))) == {"questions": (["q"], 0), "team": (["2"], 0)}
    assert listed(waiting_in(state())) == {}


@pytest.mark.parametrize(
    ("kind", "items", "more", "sentence"),
    [
        ("stage", [{"name": "Ann", "kind": "hand"}], 0, "Ann raised a hand."),
        ("stage", [{"name": "Ann", "kind": "request"}], 0, "Ann asks to join the stage."),
        ("stage", [{"name": name, "kind": "hand"} for name in "ABCDE"], 0, "5 raised hands: A, B, C…"),
        (
            "stage",
            [{"name": "A", "kind": "hand"}, {"name": "B", "kind": "both"}],
            0,
            "2 people want to come on stage: A, B",
        ),
        ("stage", [{"name": "A", "kind": "hand"}], 60, "61 raised hands: A…"),
        ("questions", [{"name": "Ann"}, {"name": "Ann"}], 0, "2 new questions: Ann"),
        ("held", [{"name": "Ann"}], 0, "A message from Ann is waiting for approval."),
        ("reports", [{"name": "Ben", "about": "Ann"}], 0, "Ben reported a message from Ann."),
        ("team", [{"name": "Sam", "message": "x" * 200}], 0, f"Sam to the team: {'x' * 119}…"),
        ("lobby", [{"name": "Zoe"}], 0, "Zoe is waiting in the lobby."),
        ("lobby", [{"name": "N" * 90}, {"name": "B"}], 0, f"2 people are waiting in the lobby: {'N' * 39}…, B"),
    ],
)
def test_one_is_told_by_name_and_a_burst_as_one(sentence_of, kind, items, more, sentence):
    assert sentence_of(kind, items, more) == sentence
