"""What pages start from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.person import Person
from chat import queries, state
from sessions.models import Session
from sessions.queries import complete_session
from sockets.state import state_for


@pytest.fixture
def seen(live_session):
    return lambda user: state_for(Person(user=user), complete_session(live_session.pk))


def test_the_newest_fifty_oldest_first(seen, ada, say):
    for number in range(52):
        say(ada, str(number))
    assert [message["message"] for message in seen(ada)["chat"]["messages"]] == [str(each) for each in range(2, 52)]


def test_the_newest_fifty_direct_ones_of_each_person(seen, ada, bob, host, say):
    for number in range(30):
        say(ada, f"a{number}", to=host)
        say(host, f"h{number}", to=ada)
    say(bob, "from bob", to=host)
    assert [message["message"] for message in seen(ada)["me"]["direct"]][-2:] == ["a29", "h29"]
    assert (len(seen(ada)["me"]["direct"]), len(seen(host)["me"]["direct"])) == (50, 50)
    assert [message["message"] for message in seen(bob)["me"]["direct"]] == ["from bob"]


def test_what_waits_is_the_crews_who_manages_the_chat(seen, preset, ada, bob, host, moderator, say):
    Session.objects.update(hold_messages=True)
    say(ada, "May I?")
    assert [message["message"] for message in seen(host)["chat_crew"]["held"]] == ["May I?"]
    assert [message["message"] for message in seen(ada)["me"]["held"]] == ["May I?"]
    assert ("chat_crew" in seen(ada), seen(bob)["me"]["held"]) == (False, [])
    preset.moderator_manage_chat = False
    preset.save()
    assert "chat_crew" not in seen(moderator)


def test_outsiders_get_empty_values(seen, guest, ada, say):
    say(ada, "Hello")
    assert {key: seen(guest)[key] for key in ("chat", "reactions")} == {
        "chat": {"messages": [], "pinned": None},
        "reactions": {},
    }


def test_personal_parts_cost_the_same_for_one_and_three(live_session, ada, bob, host, say):
    def cost(*users):
        with CaptureQueriesContext(connection) as caught:
            state.personal(live_session, [user.pk for user in users])
        return len(caught)

    for user in (ada, bob):
        say(user, "Psst", to=host)
    assert cost(ada) == cost(ada, bob, host) == 3


def test_shared_parts_cost_the_same_for_one_and_three_messages(live_session, ada, host, say):
    def cost():
        with CaptureQueriesContext(connection) as caught:
            seen = list(queries.latest_messages(live_session))
        return len(caught), len(seen)

    say(ada, "1")
    first = cost()
    say(ada, "2")
    say(ada, "3")
    assert (first, cost()) == ((1, 1), (1, 3))
