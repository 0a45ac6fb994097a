"""A direct message never reaches a third person: in no list, state, event, export, admin page, log or audit entry."""

import json
import logging
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from audit.models import AuditEntry
from chat import services
from chat.models import ChatMessage
from organizations.services import create_api_key
from realtime.models import OutboxEvent
from sessions.models import SessionRole
from sessions.queries import complete_session
from sockets.state import state_for
from tests.chat.conftest import come_in
from tests.conftest import API, CheckedClient

SECRET = "wednesday-at-the-fountain"


@pytest.fixture
def co_host(live_session, host):
    return come_in(live_session, "Cora", "co_host", host)


@pytest.fixture
def speaker(live_session, host):
    return come_in(live_session, "Sam", "speaker", host)


@pytest.fixture
def third(live_session):
    return come_in(live_session, "Tom")


@pytest.fixture
def direct(ada, bob, say):
    return say(ada, SECRET, to=bob)


@pytest.fixture
def others(host, moderator, co_host, speaker, third, guest, stranger):
    """Everybody who is not one of the two, the whole crew among them."""
    return (host, moderator, co_host, speaker, third, guest, stranger)


def body(reply):
    raw = b"".join(reply.streaming_content) if reply.streaming else reply.content
    if raw[:2] == b"PK":  # a workbook: its parts
        with zipfile.ZipFile(BytesIO(raw)) as book:
            raw = b"".join(book.read(name) for name in book.namelist())
    return raw.decode()


def test_its_two_people_read_it_in_the_list_and_in_their_state(api, live_session, direct, ada, bob):
    for user in (ada, bob):
        assert SECRET in body(api(user).get(f"{API}/sessions/{live_session.pk}/chat"))
        state = state_for(Person(user=user), complete_session(live_session.pk))
        assert [message["message"] for message in state["me"]["direct"]] == [SECRET]
        assert SECRET not in json.dumps(state["chat"])


def test_no_list_export_or_session_shows_it_to_another(api, live_session, direct, bob, host, others, act):
    act(services.report_message, bob, message_id=direct.pk, reason="rude")
    (report,) = api(host).get(f"{API}/sessions/{live_session.pk}/chat/reports").json()["data"]["reports"]
    assert (report["message"], report["is_direct"], report["reason"]) == (None, True, "rude")
    paths = ["/chat", "/chat?limit=100", f"/chat?before={direct.pk}", "/chat/held", "/chat/reports", ""]
    paths += [f"/chat/export?format={kind}" for kind in ("csv", "xlsx", "json")]
    for user in others:
        client = api(user)
        for path in paths:
            assert SECRET not in body(client.get(f"{API}/sessions/{live_session.pk}{path}")), (user, path)
        for path in ("pin", "approve", "reject", "report", "close_reports"):
            assert SECRET not in body(client.post(f"{API}/sessions/{live_session.pk}/chat/{direct.pk}/{path}"))
    totals = [api(user).get(f"{API}/sessions/{live_session.pk}/chat").json()["data"]["total"] for user in others[:5]]
    assert totals == [0] * 5


def test_deleting_it_as_crew_does_not_show_it(api, live_session, direct, moderator):
    reply = api(moderator).delete(f"{API}/sessions/{live_session.pk}/chat/{direct.pk}")
    assert (reply.status_code, SECRET in body(reply)) == (200, False)


def test_no_state_shows_it_to_another(live_session, direct, others):
    for user in others:
        assert SECRET not in json.dumps(state_for(Person(user=user), complete_session(live_session.pk)))


def test_a_key_reads_no_direct_messages_of_the_person_it_acts_as(tenant, live_session, host, ada, say):
    _key, secret = create_api_key(organization=tenant.organization, acts_as=host, name="CRM", scopes=["sessions"])
    say(ada, "in-public")
    say(ada, SECRET, to=host)
    reply = CheckedClient().get(f"{API}/sessions/{live_session.pk}/chat", headers={"X-API-Key": secret})
    assert [message["message"] for message in reply.json()["data"]["messages"]] == ["in-public"]


def test_it_is_told_on_the_topics_of_its_two_people_alone(live_session, direct, ada, bob):
    with_text = [row.topic for row in OutboxEvent.objects.all() if SECRET in json.dumps(row.data)]
    assert sorted(with_text) == sorted(f"user:{user.pk}:{live_session.pk}" for user in (ada, bob))


def test_no_socket_of_another_hears_it(server, transactional_db, live_session, ada, bob, host, moderator, third, say):
    people = {user: server.enter(user, live_session)[0] for user in (ada, bob, host, moderator, third)}
    reply = people[ada].ask("chat.send", data={"message": SECRET, "recipient_id": str(bob.pk)})
    assert (reply["ok"], reply["data"]["message"]) == (True, SECRET)
    last = people[ada].ask("chat.send", data={"message": "for all"})["data"]["id"]
    for user, client in people.items():
        while last not in [event["data"].get("id") for event in client.events()]:
            client.read()
        heard = [event["data"]["message"] for event in client.events() if event["type"] == "chat.message"]
        assert heard.count("for all") == 1
        assert heard.count(SECRET) == (user in (ada, bob))
        if user not in (ada, bob):
            assert SECRET not in json.dumps(client.frames)
    # Somebody who comes later, and one of the two who comes back, get what is theirs.
    for user, client in ((third, server.client()), (bob, server.client())):
        welcome = client.enter(server.ticket(user, live_session))
        assert (SECRET in json.dumps(welcome)) == (user == bob)


def test_a_moderator_without_the_chat_hears_nothing_that_waits_or_was_reported(
    server, transactional_db, live_session, preset, ada, bob, host, moderator, say, act
):
    preset.moderator_manage_chat = False
    preset.save()
    people = {user: server.enter(user, live_session)[0] for user in (host, moderator)}
    shown = say(ada, "shown to all")
    act(services.report_message, bob, message_id=shown.pk, reason=SECRET)
    live_session.hold_messages = True
    live_session.save()
    held = [say(ada, SECRET) for _ in range(2)]
    act(services.reject_message, host, message_id=held[0].pk)
    act(services.approve_message, host, message_id=say(ada, "approved").pk)
    while [event["type"] for event in people[host].events()].count("chat.decided") < 2:
        people[host].read()
    last = people[host].ask("chat.send", data={"message": "the last"})["data"]["id"]
    for client in people.values():
        while last not in [event["data"].get("id") for event in client.events()]:
            client.read()
    kinds = {user: {event["type"] for event in client.events() if "offset" in event} for user, client in people.items()}
    assert kinds[host] - kinds[moderator] == {"chat.held", "chat.reported", "chat.decided"}
    assert SECRET in json.dumps(people[host].frames)
    assert SECRET not in json.dumps(people[moderator].frames)
    assert SECRET not in json.dumps(server.client().enter(server.ticket(moderator, live_session)))


def test_staff_sees_that_it_was_but_not_what(client, direct, bob, act):
    act(services.report_message, bob, message_id=direct.pk)
    client.force_login(User.objects.create_superuser("staff@example.com", "x", username="Staff"))
    pages = [reverse("admin:chat_chatmessage_changelist"), reverse("admin:chat_chatreport_changelist")]
    pages += [reverse("admin:chat_chatmessage_change", args=[direct.pk])]
    pages += [reverse("admin:chat_chatreport_change", args=[direct.reports.get().pk])]
    for page in pages:
        reply = client.get(page)
        assert (reply.status_code, SECRET.encode() in reply.content) == (200, False), page
    assert str(direct.pk).encode() in client.get(pages[0]).content
    assert str(direct.pk).encode() not in client.get(pages[0], {"q": SECRET}).content
    assert client.post(reverse("admin:chat_chatmessage_delete", args=[direct.pk])).status_code == 403


def test_neither_log_nor_audit_holds_it(api, live_session, ada, bob, moderator, caplog, act, capfd):
    caplog.set_level(logging.DEBUG)
    path = f"{API}/sessions/{live_session.pk}/chat"
    sent = api(ada).post(path, {"message": SECRET, "recipient_id": str(bob.pk)}, format="json").json()["data"]
    act(services.report_message, bob, message_id=sent["id"])
    act(services.close_reports, moderator, message_id=sent["id"])
    act(services.delete_message, moderator, message_id=sent["id"])
    logged = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert logged
    assert SECRET not in "".join(record.getMessage() for record in logged)
    assert SECRET not in "".join(capfd.readouterr())
    entries = list(AuditEntry.objects.values_list("action", "details"))
    assert [action for action, _details in entries] == ["chat.message_deleted", "chat.reports_closed"]
    assert SECRET not in str(entries)


def test_somebody_taken_out_of_a_role_keeps_no_others_messages(live_session, direct, speaker):
    SessionRole.objects.filter(user=speaker).update(role="co_host")
    state = state_for(Person(user=speaker), complete_session(live_session.pk))
    assert SECRET not in json.dumps(state)
    assert ChatMessage.objects.count() == 1
