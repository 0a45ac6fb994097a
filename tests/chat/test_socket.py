"""chat.send and reaction.send over the socket."""

import uuid

from accounts.person import Person
from chat.models import ChatMessage
from sessions.models import Session
from sessions.queries import complete_session
from sockets.state import state_for


def test_a_message_is_answered_with_itself_and_reaches_everybody(server, live_session, ada, bob):
    (here, _), (there, _) = server.enter(ada, live_session), server.enter(bob, live_session)
    reply = here.ask("chat.send", data={"message": "Hello"})
    assert (reply["ok"], reply["data"]["message"], reply["data"]["username"]) == (True, "Hello", "Ada")
    event = there.event("chat.message")
    assert (event["topic"], event["data"]) == (f"session:{live_session.pk}:chat", reply["data"])


def test_repeated_after_a_lost_reply_it_is_there_once(server, live_session, ada):
    client, _welcome = server.enter(ada, live_session)
    data = {"message": "Hello", "client_id": str(uuid.uuid4())}
    assert client.ask("chat.send", data=data)["data"] == client.ask("chat.send", data=data)["data"]
    assert ChatMessage.objects.count() == 1


def test_refusals_have_their_codes_in_the_order_of_the_contract(server, live_session, ada, guest):
    client, _welcome = server.enter(ada, live_session)
    code = lambda data: client.ask("chat.send", data=data)["error"]["code"]  # noqa: E731
    assert [code({}), code({"message": ""}), code({"message": "x", "recipient_id": "x"})] == ["invalid"] * 3
    Session.objects.update(chat_enabled_override=False)
    assert [code({"message": "x"}), code({"message": ""})] == ["chat_off", "invalid"]
    Session.objects.update(chat_from="crew")
    assert code({"message": ""}) == "writing_closed"


def test_somebody_who_has_not_come_in_neither_hears_nor_writes(server, live_session, ada, guest):
    client, welcome = server.enter(guest, live_session)
    assert (welcome["state"]["chat"], f"session:{live_session.pk}:chat" in welcome["topics"]) == (
        {"messages": [], "pinned": None},
        False,
    )
    assert client.ask("chat.send", data={"message": "x"})["error"]["code"] == "not_allowed"
    assert client.ask("reaction.send", data={"emoji": "👏"})["error"]["code"] == "not_allowed"


def test_switching_the_chat_off_closes_it_at_once_on_open_sockets(server, live_session, host, ada, api):
    from tests.conftest import API

    client, welcome = server.enter(ada, live_session)
    assert welcome["state"]["session"]["effective_chat_enabled"] is True
    api(host).patch(f"{API}/sessions/{live_session.pk}/settings", {"chat_enabled": False}, format="json")
    assert client.event("session.settings")["data"]["effective_chat_enabled"] is False
    assert client.ask("chat.send", data={"message": "x"})["error"]["code"] == "chat_off"


def test_reactions_are_totals_for_all(server, live_session, ada, bob):
    (here, _), (there, _) = server.enter(ada, live_session), server.enter(bob, live_session)
    assert here.ask("reaction.send", data={"emoji": "👏"})["data"] == {"counts": {"👏": 1}}
    event = there.event("reaction.counts")
    assert ("offset" in event, event["data"]) == (False, {"counts": {"👏": 1}})
    assert state_for(Person(user=bob), complete_session(live_session.pk))["reactions"] == {"👏": 1}
    assert here.ask("reaction.send", data={"emoji": "x"})["error"]["code"] == "invalid"
