"""GET /sessions/{id}/chat."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import ChatMessage
from sessions.models import Session
from tests.conftest import API


def read(api, user, session, query=""):
    return api(user).get(f"{API}/sessions/{session.pk}/chat{query}")


def texts(reply):
    return [message["message"] for message in reply.json()["data"]["messages"]]


def test_the_newest_page_comes_first_and_each_page_is_in_order(api, live_session, ada, say):
    for number in range(5):
        say(ada, str(number))
    reply = read(api, ada, live_session, "?limit=2")
    data = reply.json()["data"]
    assert (texts(reply), data["total"], data["limit"], data["offset"]) == (["3", "4"], 5, 2, 0)
    assert texts(read(api, ada, live_session, "?limit=2&offset=2")) == ["1", "2"]
    assert texts(read(api, ada, live_session, "?offset=9")) == []


def test_a_message_has_the_published_fields(api, live_session, ada, host, say):
    sent = say(ada, "Hello", to=host)
    (message,) = read(api, ada, live_session).json()["data"]["messages"]
    moment = sent.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert message == {
        "id": str(sent.pk),
        "session_id": str(live_session.pk),
        "user_id": str(ada.pk),
        "username": "Ada",
        "role": "audience",
        "message": "Hello",
        "recipient_id": str(host.pk),
        "recipient_username": host.username,
        "is_direct": True,
        "status": "visible",
        "client_id": None,
        "created_at": moment,
        "published_at": moment,
    }


def test_before_pages_are_stable_while_messages_come_and_go(api, live_session, ada, say):
    sent = [say(ada, str(number)) for number in range(6)]
    ChatMessage.objects.filter(pk=sent[3].pk).update(deleted_at=sent[3].created_at)
    say(ada, "later")
    assert texts(read(api, ada, live_session, f"?limit=2&before={sent[3].pk}")) == ["1", "2"]
    assert texts(read(api, ada, live_session, f"?limit=2&before={sent[1].pk}")) == ["0"]


@pytest.mark.parametrize(
    "query",
    ["?limit=0", "?limit=101", "?limit=x", "?offset=-1", "?offset=1.5", "?before=x", "?before=0189-"],
)
def test_what_is_no_page_is_refused(api, live_session, ada, query):
    assert read(api, ada, live_session, query).status_code == 422


def test_a_message_of_another_session_is_no_place_to_read_before(api, live_session, ada, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    from django.utils import timezone

    elsewhere = ChatMessage.objects.create(
        session=other, user=ada, username="Ada", role="host", text="x", published_at=timezone.now()
    )
    assert read(api, ada, live_session, f"?before={elsewhere.pk}").status_code == 422


def test_who_may_read(api, live_session, ada, guest, host, member, stranger):
    callers = (host, ada, guest, member, stranger, None)
    assert [read(api, user, live_session).status_code for user in callers] == [200, 200, 403, 403, 403, 401]


def test_another_tenants_private_session_is_a_404(api, live_session, stranger):
    from rooms.models import Room

    Room.objects.update(visibility="private")
    assert read(api, stranger, live_session).status_code == 404


def test_the_preset_may_close_the_chat_to_the_audience(api, live_session, preset, ada, host):
    preset.audience_chat_receive_message = False
    preset.save()
    assert [read(api, user, live_session).status_code for user in (ada, host)] == [403, 200]


def test_the_audience_reads_no_rehearsal_and_everybody_inside_reads_what_was_after_the_end(
    api, live_session, ada, host, say
):
    say(ada, "Goodbye")
    Session.objects.update(status="ended")
    assert texts(read(api, ada, live_session)) == ["Goodbye"]
    Session.objects.update(status="scheduled", started_at=None)
    assert (read(api, ada, live_session).json()["code"], read(api, host, live_session).status_code) == (
        "session_not_live",
        200,
    )


def test_the_number_of_queries_does_not_grow_with_the_messages(api, live_session, ada, bob, host, say):
    client = api(ada)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"{API}/sessions/{live_session.pk}/chat").status_code == 200
        return len(caught)

    say(host, "One")
    first = queries()
    say(bob, "Two")
    say(bob, "Three", to=ada)
    assert queries() == first
