"""Pinning, holding, reporting and the export."""

import pytest

from audit.models import AuditEntry
from chat import part, services
from chat.models import ChatMessage, ChatReport
from realtime.models import OutboxEvent
from sessions.models import Session
from tests.chat.conftest import come_in
from tests.conftest import API


@pytest.fixture
def call(api, live_session):
    def ask(method, user, rest, body=None):
        path = f"{API}/sessions/{live_session.pk}/chat{rest}"
        return getattr(api(user), method)(path, body, format="json") if body else getattr(api(user), method)(path)

    return ask


def told(*kinds):
    return [(row.topic.rpartition(":")[2], row.type, row.data) for row in OutboxEvent.objects.filter(type__in=kinds)]


def actions():
    return list(AuditEntry.objects.order_by("at", "id").values_list("action", flat=True))


# Pinned


def test_one_message_is_pinned_at_a_time(call, ada, moderator, say):
    one, two = say(ada, "One"), say(ada, "Two")
    replies = [call("post", moderator, f"/{message.pk}/pin") for message in (one, two, two)]
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert ChatMessage.objects.get(pinned_at__isnull=False) == two
    assert [call("delete", moderator, "/pin").status_code for _ in range(2)] == [200, 200]
    pinned = [data["message"] and data["message"]["message"] for _topic, _type, data in told("chat.pinned")]
    assert pinned == ["One", "Two", None]
    assert actions() == ["chat.pinned", "chat.pinned", "chat.unpinned"]


def test_who_may_pin_and_what(call, ada, bob, moderator, host, say):
    public, direct = say(ada, "Hi"), say(ada, "Psst", to=host)
    statuses = [call("post", user, f"/{public.pk}/pin").status_code for user in (None, ada, moderator)]
    assert statuses == [401, 403, 200]
    assert [call("delete", user, "/pin").status_code for user in (None, ada)] == [401, 403]
    assert call("post", host, f"/{direct.pk}/pin").status_code == 404
    Session.objects.update(status="ended")
    assert call("post", host, f"/{public.pk}/pin").json()["code"] == "session_ended"


def test_a_deleted_message_is_pinned_no_more(call, ada, moderator, say, act):
    message = say(ada, "Hi")
    act(services.pin_message, moderator, message_id=message.pk)
    act(services.delete_message, moderator, message_id=message.pk)
    assert not ChatMessage.objects.filter(pinned_at__isnull=False).exists()


# Held


@pytest.fixture
def holding(live_session):
    Session.objects.update(hold_messages=True)


def test_a_held_message_is_known_to_its_author_and_the_crew_alone(
    call, live_session, ada, bob, moderator, say, holding
):
    message = say(ada, "May I?")
    assert message.status == "held"
    rows = [(row.topic, row.type) for row in OutboxEvent.objects.all()]
    assert rows == [
        (f"user:{ada.pk}:{live_session.pk}", "chat.message"),
        (f"session:{live_session.pk}:moderation", "chat.held"),
    ]
    assert all("May I?" not in call("get", user, "").content.decode() for user in (bob, moderator))
    held = call("get", moderator, "/held").json()["data"]
    assert ([each["message"] for each in held["messages"]], held["total"]) == (["May I?"], 1)
    assert [call("get", user, "/held").status_code for user in (None, ada)] == [401, 403]


def test_crew_speakers_and_direct_messages_are_not_held(live_session, host, ada, say, holding):
    speaker = come_in(live_session, "Sam", "speaker", host)
    sent = [say(host, "Hi"), say(speaker, "Hi"), say(ada, "Psst", to=host)]
    assert [message.status for message in sent] == ["visible"] * 3


def test_an_approved_message_takes_its_place_now(call, ada, host, moderator, say, holding):
    held = say(ada, "May I?")
    say(host, "Meanwhile")
    reply = call("post", moderator, f"/{held.pk}/approve")
    assert (reply.status_code, reply.json()["data"]["status"]) == (200, "visible")
    assert call("post", moderator, f"/{held.pk}/approve").status_code == 200
    read = call("get", ada, "").json()["data"]["messages"]
    assert [message["message"] for message in read] == ["Meanwhile", "May I?"]
    assert [topic for topic, _type, _data in told("chat.decided")] == ["moderation", str(held.session_id)]
    reply = call("post", moderator, f"/{held.pk}/reject")
    assert (reply.status_code, reply.json()["code"]) == (409, "already_decided")
    assert actions() == ["chat.message_approved"]


def test_a_rejected_message_is_shown_to_nobody(call, ada, bob, moderator, say, holding):
    held = say(ada, "May I?")
    assert [call("post", moderator, f"/{held.pk}/reject").status_code for _ in range(2)] == [200, 200]
    assert call("post", moderator, f"/{held.pk}/approve").json()["code"] == "already_decided"
    for user in (ada, bob, moderator):
        assert "May I?" not in call("get", user, "").content.decode()
    assert "May I?" not in call("get", moderator, "/held").content.decode()


def test_who_may_decide(call, ada, bob, guest, host, say, holding):
    held = say(ada, "May I?")
    for word in ("approve", "reject"):
        statuses = [call("post", user, f"/{held.pk}/{word}").status_code for user in (None, ada, bob, guest)]
        assert statuses == [401, 404, 404, 403]
    Session.objects.update(chat_enabled_override=False)
    assert call("post", host, f"/{held.pk}/approve").json()["code"] == "chat_off"


def test_what_was_held_at_the_end_is_not_published(live_session, ada, host, say, holding):
    say(ada, "May I?")
    live_session.refresh_from_db()
    part.close(live_session)
    assert ChatMessage.objects.get().status == "rejected"


# Rehearsal


def test_the_rehearsal_leaves_nothing(live_session, host, moderator, say):
    Session.objects.update(status="scheduled", started_at=None)
    say(host, "Can you hear me?")
    say(host, "Psst", to=moderator)
    live_session.refresh_from_db()
    part.close(live_session)
    assert not ChatMessage.objects.exists()
    say(host, "Once more")
    part.drop_rehearsal(live_session)
    assert not ChatMessage.objects.exists()


# Reported


def test_a_report_reaches_the_crew_once(call, ada, bob, moderator, say):
    message = say(ada, "Buy this")
    replies = [call("post", bob, f"/{message.pk}/report", {"reason": reason}) for reason in ("An advert", "Again")]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json()["data"] == replies[1].json()["data"]
    (report,) = call("get", moderator, "/reports").json()["data"]["reports"]
    assert (report["message"], report["reason"], report["reported_by_username"]) == ("Buy this", "An advert", "Bob")
    assert told("chat.reported") == [("moderation", "chat.reported", report)]
    assert [call("get", user, "/reports").status_code for user in (None, ada)] == [401, 403]


def test_reports_are_closed_by_leaving_or_deleting_the_message(call, ada, bob, moderator, say, act):
    one, two = say(ada, "One"), say(ada, "Two")
    for message in (one, two):
        act(services.report_message, bob, message_id=message.pk)
    assert [call("post", user, f"/{one.pk}/close_reports").status_code for user in (None, ada)] == [401, 403]
    assert [call("post", moderator, f"/{one.pk}/close_reports").status_code for _ in range(2)] == [200, 200]
    assert call("delete", moderator, f"/{two.pk}").status_code == 200
    assert call("get", moderator, "/reports").json()["data"] == {"reports": [], "total": 0}
    assert call("post", moderator, f"/{two.pk}/close_reports").status_code == 404


def test_what_may_be_reported(call, live_session, ada, bob, guest, say):
    own, theirs = say(bob, "Mine"), say(ada, "Psst", to=come_in(live_session, "Tom"))
    statuses = [
        call("post", user, f"/{message.pk}/report").status_code for user, message in ((bob, own), (bob, theirs))
    ]
    assert statuses == [403, 404]
    assert [call("post", user, f"/{own.pk}/report").status_code for user in (None, guest)] == [401, 403]
    assert call("post", ada, f"/{own.pk}/report", {"reason": "x" * 301}).status_code == 422
    assert not ChatReport.objects.exists()


# Export


def test_the_export_has_the_public_chat_alone(call, live_session, ada, bob, host, moderator, say, act):
    say(ada, "=cmd()")
    say(ada, "psst-direct", to=host)
    gone = say(ada, "deleted-text")
    act(services.delete_message, ada, message_id=gone.pk)
    Session.objects.update(hold_messages=True)
    say(bob, "held-text")
    reply = call("get", host, "/export?format=json")
    content = b"".join(reply.streaming_content).decode()
    assert "=cmd()" in content
    table = b"".join(call("get", host, "/export").streaming_content).decode()
    assert "'=cmd()" in table
    for text in ("psst-direct", "deleted-text", "held-text"):
        assert text not in content + table
    assert [call("get", user, "/export").status_code for user in (None, ada, moderator)] == [401, 403, 403]
    assert call("get", host, "/export?format=pdf").status_code == 422
