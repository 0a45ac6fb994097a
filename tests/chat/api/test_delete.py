"""DELETE /sessions/{id}/chat/{message_id} and /sessions/{id}/chat?user_id=…"""

import uuid

import pytest

from audit.models import AuditEntry
from chat.models import ChatMessage
from realtime.models import OutboxEvent
from sessions.models import Ban, Session
from tests.conftest import API

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def delete(api, live_session):
    return lambda user, rest="": api(user).delete(f"{API}/sessions/{live_session.pk}/chat{rest}")


def told():
    return sorted((row.topic, row.type, row.data) for row in OutboxEvent.objects.exclude(type="chat.message"))


def test_the_author_deletes_and_it_is_gone_for_all(delete, api, live_session, ada, bob, say):
    message = say(ada, "Oops")
    assert [delete(user, f"/{message.pk}").status_code for user in (bob, ada, ada)] == [403, 200, 404]
    assert api(bob).get(f"{API}/sessions/{live_session.pk}/chat").json()["data"]["messages"] == []
    data = {"id": str(message.pk)}
    topics = [f"session:{live_session.pk}:chat", f"session:{live_session.pk}:moderation"]
    assert told() == [(topic, "chat.deleted", data) for topic in topics]
    assert not AuditEntry.objects.exists()


def test_the_crew_deletes_anybodys_and_the_log_says_so(delete, live_session, ada, moderator, say):
    message = say(ada, "Buy this")
    assert delete(moderator, f"/{message.pk}").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.session_id) == (
        "chat.message_deleted",
        moderator,
        ada,
        live_session.pk,
    )
    assert "Buy" not in str(entry.details)


def test_a_moderator_without_the_chat_deletes_only_what_is_theirs(delete, preset, ada, moderator, say):
    preset.moderator_manage_chat = False
    preset.save()
    theirs, own = say(ada, "Hello"), say(moderator, "Hi")
    assert [delete(moderator, f"/{message.pk}").status_code for message in (theirs, own)] == [403, 200]


def test_a_direct_message_is_missing_for_third_people_and_told_of_to_no_one_else(
    delete, live_session, ada, bob, guest, say
):
    from tests.chat.conftest import come_in

    third = come_in(live_session, "Tom")
    message = say(ada, "Psst", to=bob)
    assert [delete(user, f"/{message.pk}").status_code for user in (third, bob, ada)] == [404, 403, 200]
    topics = [f"session:{live_session.pk}:moderation", *(f"user:{user.pk}:{live_session.pk}" for user in (ada, bob))]
    assert [row[0] for row in told()] == sorted(topics)


def test_held_messages_of_others_are_missing(delete, ada, bob, say):
    Session.objects.update(hold_messages=True)
    message = say(ada, "May I?")
    assert [delete(user, f"/{message.pk}").status_code for user in (bob, ada)] == [404, 200]


def test_unknown_and_malformed_ids_and_people_outside(delete, live_session, ada, guest, host, stranger, say):
    message = say(ada, "Hi")
    assert [delete(ada, f"/{each}").status_code for each in (UNKNOWN, "x")] == [404, 404]
    assert [delete(user, f"/{message.pk}").status_code for user in (guest, stranger, None)] == [403, 403, 401]
    Ban.objects.create(session=live_session, user=ada, banned_by=host)
    assert delete(ada, f"/{message.pk}").status_code == 403


def test_all_of_a_person_go_in_one_step(delete, api, live_session, ada, bob, moderator, say):
    say(ada, "One")
    say(ada, "Two", to=bob)
    say(bob, "Three", to=ada)
    say(bob, "Four")
    reply = delete(moderator, f"?user_id={ada.pk}")
    assert reply.json()["data"] == {"deleted": 2}
    left = api(bob).get(f"{API}/sessions/{live_session.pk}/chat").json()["data"]["messages"]
    assert [message["message"] for message in left] == ["Three", "Four"]
    topics = [f"session:{live_session.pk}:{name}" for name in ("chat", "moderation")]
    topics += [f"user:{user.pk}:{live_session.pk}" for user in (ada, bob)]
    assert [row[0] for row in told()] == sorted(topics)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.details) == ("chat.cleared", ada, {"count": 2})
    assert ChatMessage.objects.filter(deleted_at=None).count() == 2


def test_deleting_nothing_tells_nothing(delete, moderator, ada):
    for user_id in (ada.pk, uuid.uuid4()):
        assert delete(moderator, f"?user_id={user_id}").json()["data"] == {"deleted": 0}
    assert (told(), AuditEntry.objects.count()) == ([], 0)


def test_who_may_delete_all_and_of_whom(delete, ada, moderator, preset):
    query = f"?user_id={ada.pk}"
    assert [delete(user, query).status_code for user in (None, ada, moderator)] == [401, 403, 200]
    assert [delete(moderator, rest).status_code for rest in ("", "?user_id=x")] == [422, 422]
    preset.moderator_manage_chat = False
    preset.save()
    assert delete(moderator, query).status_code == 403
