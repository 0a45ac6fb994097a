"""POST /sessions/{id}/chat."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import User
from chat.models import ChatMessage
from realtime.models import OutboxEvent
from sessions.models import Attendance, Ban, Session
from tests.chat.conftest import come_in
from tests.conftest import API


@pytest.fixture
def write(api, live_session):
    def post(user, message="Hello", headers=None, **fields):
        path = f"{API}/sessions/{live_session.pk}/chat"
        return api(user).post(path, {"message": message, **fields}, format="json", headers=headers)

    return post


def told():
    return [(row.topic, row.type, row.data) for row in OutboxEvent.objects.all()]


def test_a_public_message_is_told_once_to_all_who_read(write, live_session, ada):
    reply = write(ada)
    assert reply.status_code == 201
    assert told() == [(f"session:{live_session.pk}:chat", "chat.message", reply.json()["data"])]
    assert ChatMessage.objects.get().text == "Hello"


def test_a_direct_message_is_told_to_its_two_people_alone(write, live_session, ada, bob, host, moderator):
    reply = write(ada, "Only for Bob", recipient_id=str(bob.pk))
    data = reply.json()["data"]
    assert (reply.status_code, data["is_direct"], data["recipient_username"]) == (201, True, "Bob")
    assert told() == [(f"user:{person.pk}:{live_session.pk}", "chat.message", data) for person in (ada, bob)]


def test_roles_are_those_at_the_moment_of_sending(write, host, moderator, ada):
    assert [write(user).json()["data"]["role"] for user in (host, moderator, ada)] == ["host", "moderator", "audience"]


def test_who_may_write(write, live_session, ada, guest, host, stranger, tenant):
    Ban.objects.create(session=live_session, user=ada, banned_by=host)
    assert [write(user).status_code for user in (host, ada, guest, stranger, None)] == [201, 403, 403, 403, 401]
    assert ChatMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Hi  ", "Hi"),
        ("one\r\ntwo\u2028three\n\n\n\nfour", "one\ntwo\nthree\n\nfour"),
        ("a\x07b\x1bc\td", "abc d"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("e\u0301", "é"),
        ("👩‍💻 می‌خواهم", "👩‍💻 می‌خواهم"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 500, "x" * 500),
    ],
)
def test_text_is_kept_without_what_deceives(write, ada, text, kept):
    assert write(ada, text).json()["data"]["message"] == kept


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\u200d", "\u202e\u202c", "x" * 501, None, 7, ["x"], {}])
def test_no_text_or_too_much_is_refused(write, ada, text):
    reply = write(ada, text)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "message")
    assert not ChatMessage.objects.exists()


def test_everybody_who_is_not_inside_is_answered_as_a_missing_recipient(
    write, live_session, ada, bob, guest, host, stranger
):
    Ban.objects.create(session=live_session, user=bob, banned_by=host)
    nobody = str(uuid.uuid4())
    answers = [write(ada, recipient_id=to) for to in (nobody, *(str(user.pk) for user in (guest, stranger, bob, ada)))]
    assert {reply.status_code for reply in answers} == {422}
    assert {str(reply.json()["errors"]) for reply in answers} == {str(answers[0].json()["errors"])}
    assert not ChatMessage.objects.exists()


@pytest.mark.parametrize("recipient", ["x", 7, "", []])
def test_what_is_no_id_is_no_recipient(write, ada, recipient):
    assert write(ada, recipient_id=recipient).status_code == 422


def test_the_crew_alone_is_written_to_when_the_host_wants_it_so(write, ada, bob, host, moderator):
    Session.objects.update(direct_to_crew_only=True)
    statuses = [write(ada, recipient_id=str(to)).status_code for to in (bob.pk, uuid.uuid4(), host.pk, moderator.pk)]
    assert statuses == [422, 422, 201, 201]
    assert write(ada, recipient_id=str(bob.pk)).json()["error"] == "You can write to the team only."
    assert write(host, recipient_id=str(ada.pk)).status_code == 201


def test_nobody_is_written_to_who_may_not_read(write, preset, ada, host):
    preset.audience_chat_receive_message = False
    preset.save()
    assert write(host, recipient_id=str(ada.pk)).status_code == 422


@pytest.mark.parametrize(("override", "flag"), [(False, True), (None, False)])
def test_a_chat_that_is_off_is_closed_to_all(write, preset, host, ada, override, flag):
    preset.chat_enabled = flag
    preset.save()
    Session.objects.update(chat_enabled_override=override)
    assert [(write(user).status_code, write(user).json()["code"]) for user in (host, ada)] == [(409, "chat_off")] * 2
    assert not ChatMessage.objects.exists()


def test_the_override_opens_a_chat_that_the_preset_closes(write, preset, ada):
    preset.chat_enabled = False
    preset.save()
    Session.objects.update(chat_enabled_override=True)
    assert write(ada).status_code == 201


def test_crew_and_speakers_rehearse_and_the_audience_waits(write, live_session, ada, host):
    speaker = come_in(live_session, "Sam", "speaker", host)
    Session.objects.update(status="scheduled", started_at=None)
    assert [write(user).status_code for user in (host, speaker)] == [201, 201]
    refused = [write(ada), write(host, recipient_id=str(ada.pk))]
    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [
        (409, "session_not_live"),
        (422, "invalid"),
    ]
    Session.objects.update(backstage_opened_at=None)
    assert write(host).json()["code"] == "session_not_live"


@pytest.mark.parametrize(("status", "code"), [("ended", "session_ended"), ("expired", "session_expired")])
def test_nobody_writes_when_it_is_over(write, host, ada, status, code):
    Session.objects.update(status=status, started_at=timezone.now() if status == "ended" else None)
    assert [write(user).json()["code"] for user in (host, ada)] == [code, code]


def test_the_crews_rules_decide_who_writes_and_say_so(write, live_session, ada, host, moderator):
    with_account = User.objects.create_user("eve@example.com", "x", username="Eve")
    Attendance.objects.create(session=live_session, user=with_account)
    Session.objects.update(chat_from="registered")
    assert [write(user).status_code for user in (host, moderator, with_account, ada)] == [201, 201, 201, 403]
    assert write(ada).json()["error"] == "Only the team and people with an account can write at the moment."
    Session.objects.update(chat_from="crew")
    assert [write(user).status_code for user in (host, moderator, with_account, ada)] == [201, 201, 403, 403]
    assert (write(ada).json()["code"], write(ada).json()["error"]) == (
        "writing_closed",
        "Only the team can write at the moment.",
    )


def test_slow_mode_lets_the_audience_write_once_in_a_while(write, live_session, ada, host, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    Session.objects.update(slow_mode=30)
    assert write(ada).status_code == 201
    time_machine.shift(10)
    reply = write(ada)
    assert (reply.status_code, reply.json()["code"], reply["Retry-After"]) == (429, "slow_mode", "21")
    assert [write(host).status_code for _ in range(2)] == [201, 201]
    time_machine.shift(20)
    assert write(ada).status_code == 201


def test_deleting_does_not_get_around_slow_mode(write, api, live_session, ada):
    Session.objects.update(slow_mode=60)
    sent = write(ada).json()["data"]
    assert api(ada).delete(f"{API}/sessions/{live_session.pk}/chat/{sent['id']}").status_code == 200
    assert write(ada).status_code == 429


def test_links_are_blocked_for_the_audience(write, ada, host):
    Session.objects.update(block_links=True)
    assert [write(user, "See https://example.com/x").status_code for user in (ada, host)] == [422, 201]


def test_a_blocked_word_is_refused_without_naming_it(write, ada, host):
    Session.objects.update(blocked_words=["Snake Oil"])
    reply = write(ada, "Buy SNAKE OIL now")
    assert reply.status_code == 422
    assert "snake" not in reply.content.decode().lower()
    assert [write(ada, "snake oils").status_code, write(host, "snake oil").status_code] == [201, 201]


def test_more_than_the_burst_waits_and_comes_back_one_a_second(write, settings, ada, bob, time_machine):
    settings.CHAT_BURST = 5
    time_machine.move_to(timezone.now(), tick=False)
    statuses = [write(ada).status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]
    assert write(ada)["Retry-After"] == "1"
    assert write(bob).status_code == 201
    time_machine.shift(1.01)
    assert [write(ada).status_code for _ in range(2)] == [201, 429]


def test_a_client_id_makes_a_repeated_message_the_same_one(write, live_session, ada, bob):
    mark = str(uuid.uuid4())
    first, again = write(ada, client_id=mark), write(ada, client_id=mark)
    assert (again.status_code, again.json()["data"]) == (201, first.json()["data"])
    assert write(bob, client_id=mark).json()["data"]["id"] != first.json()["data"]["id"]
    assert (ChatMessage.objects.count(), len(told())) == (2, 2)


def test_an_idempotency_key_does_it_once(write, ada):
    replies = [write(ada, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert replies[0].json()["data"] == replies[1].json()["data"]
    assert ChatMessage.objects.count() == 1
