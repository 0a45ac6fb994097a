"""POST, GET /sessions/{id}/invitations, DELETE /sessions/{id}/invitations/{invitation_id}; and the mail."""

import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from accounts.person import ANONYMOUS
from audit.models import AuditEntry
from core.errors import NotFound
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Invitation, Session
from sessions.people import services
from sessions.people.invitations import InvitationRevoked, InvitationUsed, link_to_mail
from tests.conftest import API, as_person, client_for
from tests.sessions.members import attendee, call, roles_now, with_role

ADA = {"name": "Ada", "role": "speaker"}


def invite(by, session, **fields):
    return call("post", by, session, "invitations", {**ADA, **fields})


def test_the_link_is_answered_and_stored_only_hashed_and_sealed(session, host, settings):
    reply = invite(host, session, email="ada@example.com")
    data = reply.json()["data"]
    token = data["link"].rpartition("/")[2]
    assert (reply.status_code, reply["Cache-Control"], data["link"]) == (
        201,
        "no-store",
        f"{settings.BASE_URL}/i/{token}",
    )
    row = Invitation.objects.get()
    assert (data["name"], data["role"], data["email"], data["user_id"]) == ("Ada", "speaker", "ada@example.com", None)
    stored = json.dumps([list(Invitation.objects.values()), list(AuditEntry.objects.values())], default=str)
    assert len(token) > 40
    assert token not in stored
    assert link_to_mail(row) == data["link"]
    assert roles_now(session) == {}


def test_the_mail_brings_the_link_once(session, host, django_capture_on_commit_callbacks):
    Session.objects.update(title="Two\nlines")
    with django_capture_on_commit_callbacks(execute=False):
        link = invite(host, session, email="ada@example.com").json()["data"]["link"]
        invite(host, session, name="Without address")
    services.deliver_due()
    services.deliver_due()
    assert services.deliver(Invitation.objects.get(name="Ada").pk) is False
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.com"], "Your invitation to “Two lines”")
    assert link in sent.body
    assert "acme owner invites you" in sent.body
    assert set(Invitation.objects.values_list("token_sealed", flat=True)) == {""}


def test_the_mail_of_a_scheduled_session_brings_an_entry_for_the_calendar(session, host):
    Session.objects.update(
        title="Launch; of,\nall", scheduled_start_time=datetime(2027, 3, 28, 9, 30, tzinfo=UTC), planned_duration=45
    )
    link = invite(host, session, email="ada@example.com").json()["data"]["link"]
    services.deliver_due()
    message = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)
    (attached,) = message.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "webinar.ics")
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    calendar = Calendar.from_ical(attached.get_content())
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["VERSION"], entry["CLASS"]) == ("PUBLISH", "2.0", "PRIVATE")
    assert entry["UID"].startswith(f"{session.pk}@")
    assert (entry["SUMMARY"], entry["URL"]) == ("Launch; of, all", link)
    assert link in entry["DESCRIPTION"]
    assert (entry.start, entry.end) == (
        datetime(2027, 3, 28, 9, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 10, 15, tzinfo=UTC),
    )
    assert entry["ORGANIZER"].params["CN"] == "acme owner"
    assert "attached file" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("host_zone", "own_zone", "written"),
    [
        ("Europe/Berlin", None, "Thursday, 1 July 2027, 11:30 CEST"),
        ("Europe/Berlin", "Asia/Tokyo", "Thursday, 1 July 2027, 18:30 UTC+09:00"),
        ("Europe/Berlin", "", "Thursday, 1 July 2027, 11:30 CEST"),
        ("", None, "Thursday, 1 July 2027, 09:30 UTC"),
    ],
)
def test_the_mail_has_the_time_in_the_receivers_zone_else_in_the_hosts(
    session, host, member, host_zone, own_zone, written
):
    User.objects.filter(pk=host.pk).update(browser_zone=host_zone)
    Session.objects.update(scheduled_start_time=datetime(2027, 7, 1, 9, 30, tzinfo=UTC))
    if own_zone is not None:
        User.objects.filter(pk=member.pk).update(email="ada@example.com", browser_zone=own_zone)
    invite(host, session, email="Ada@example.com")
    services.deliver_due()
    assert f"It starts: {written}" in mail.outbox[0].body


@pytest.mark.parametrize(("role", "has_devices"), [("co_host", True), ("speaker", True), ("moderator", False)])
def test_the_mail_speaks_of_devices_to_those_who_use_some(session, host, role, has_devices):
    invite(host, session, role=role, email="ada@example.com")
    services.deliver_due()
    assert ("check your devices" in mail.outbox[0].body) == has_devices


@pytest.mark.parametrize("status", ["scheduled", "live"])
def test_without_a_time_to_come_there_is_nothing_to_attach(session, host, status):
    started = timezone.now() if status == "live" else None
    Session.objects.update(status=status, started_at=started, scheduled_start_time=started)
    invite(host, session, email="ada@example.com")
    services.deliver_due()
    assert (mail.outbox[0].attachments, "attached file" in mail.outbox[0].body) == ([], False)


def test_a_mail_server_that_is_away_gets_the_mail_later(session, host, monkeypatch):
    invite(host, session, email="ada@example.com")

    def refuse(self):
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", refuse)
        services.deliver_due()
    assert mail.outbox == []
    services.deliver_due()
    assert len(mail.outbox) == 1


def test_revoked_ones_and_those_of_a_session_that_is_over_are_not_sent(session, host):
    one = invite(host, session, email="ada@example.com").json()["data"]["id"]
    call("delete", host, session, f"invitations/{one}")
    invite(host, session, email="bob@example.com")
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    services.deliver_due()
    assert mail.outbox == []


def test_the_list_holds_what_is_not_revoked(session, host):
    one, two = (invite(host, session, name=name).json()["data"] for name in ("Ada", "Bob"))
    call("delete", host, session, f"invitations/{one['id']}")
    reply = call("get", host, session, "invitations")
    assert (two["link"][:4], reply.json()["data"]) == ("http", {"invitations": [two | {"link": None}], "total": 1})
    assert reply["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(session, host, number, django_assert_max_num_queries):
    for index in range(number):
        invite(host, session, name=f"Speaker {index}")
    client = client_for(host)
    with django_assert_max_num_queries(7):
        data = client.get(f"{API}/sessions/{session.pk}/invitations").json()["data"]
    assert data["total"] == number


def test_revoking_takes_the_role_at_once_and_twice_is_harmless(session, host):
    made, token = invited(host, session)
    accepted = accept(token)
    assert roles_now(session) == {"Ada": "speaker"}
    replies = [call("delete", host, session, f"invitations/{made.pk}") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert (roles_now(session), replies[0].json()["data"]["link"]) == ({}, None)
    kinds = list(OutboxEvent.objects.order_by("pk").values_list("type", flat=True))
    assert kinds == ["role.added", "rights.changed", "role.removed", "rights.changed"]
    assert accepted.user.is_guest


def test_a_removed_role_cannot_be_had_again_by_the_link(session, host):
    _made, token = invited(host, session)
    ada = accept(token).user
    call("delete", host, session, f"speakers/{ada.pk}")
    with pytest.raises(InvitationRevoked):
        services.accept(token=token, actor=ANONYMOUS, name="Ada", device_guest=None)
    assert roles_now(session) == {}


def invited(by, session, **fields):
    """An invitation and its token."""
    data = invite(by, session, **fields).json()["data"]
    return Invitation.objects.get(pk=data["id"]), data["link"].rpartition("/")[2]


def accept(token, name="Ada", device_guest=None):
    return services.accept(token=token, actor=ANONYMOUS, name=name, device_guest=device_guest)


def renew(by, session, made):
    return call("post", by, session, f"invitations/{made.pk}/link")


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_used_link_opens_nothing_on_another_device_and_the_log_says_so_once(session, host):
    _made, token = invited(host, session)
    ada = accept(token).user
    for _ in range(2):
        with pytest.raises(InvitationUsed):
            accept(token)
    assert accept(token, device_guest=ada).user == ada
    assert roles_now(session) == {"Ada": "speaker"}
    assert actions() == ["people.invited", "people.invitation_taken", "people.role_added", "people.invitation_used"]


def test_a_new_link_ends_the_former_and_brings_the_role_to_a_fresh_account(session, host):
    made, token = invited(host, session, email="ada@example.com")
    former = accept(token).user
    reply = renew(host, session, made)
    link = reply.json()["data"]["link"]
    assert (reply.status_code, reply["Cache-Control"], reply.json()["data"]["accepted_at"]) == (200, "no-store", None)
    with pytest.raises(NotFound):
        accept(token)
    assert list(session.roles.filter(removed_at=None).values_list("user", flat=True)) == [former.pk]
    services.deliver_due()
    assert link in mail.outbox[-1].body
    new = accept(link.rpartition("/")[2]).user
    assert (new != former, new.is_guest) == (True, True)
    assert list(session.roles.filter(removed_at=None).values_list("user", flat=True)) == [new.pk]
    assert "people.invitation_renewed" in actions()


def test_a_new_link_opened_by_who_took_the_former_is_the_same_account(session, host):
    made, token = invited(host, session)
    ada = accept(token).user
    token = renew(host, session, made).json()["data"]["link"].rpartition("/")[2]
    assert accept(token, device_guest=ada).user == ada
    assert roles_now(session) == {"Ada": "speaker"}


def test_links_are_renewed_by_who_may_take_the_role(session, host):
    carol, bob = with_role(session, "co_host", "Carol"), with_role(session, "moderator", "Bob")
    (co_hosts, _), (speakers, _) = invited(host, session, role="co_host"), invited(host, session, email="a@example.com")
    statuses = [renew(who, session, made).status_code for who in (None, bob, carol) for made in (co_hosts, speakers)]
    assert statuses == [401, 401, 403, 403, 403, 200]
    rows = call("get", carol, session, "invitations").json()["data"]["invitations"]
    assert [(row["link"], row["email"]) for row in rows] == [(None, ""), (None, "")]
    call("delete", host, session, f"invitations/{speakers.pk}")
    assert renew(host, session, speakers).status_code == 410


def test_a_promoted_guest_keeps_the_new_role_when_the_link_is_opened_again(session, host):
    made, token = invited(host, session)
    ada = accept(token).user
    services.add_role(actor=as_person(host), session=session, user_id=ada.pk, role="moderator")
    assert accept(token, device_guest=ada).user == ada
    assert roles_now(session) == {"Ada": "moderator"}
    call("delete", host, session, f"invitations/{made.pk}")
    assert roles_now(session) == {}


@pytest.mark.parametrize(
    "fault",
    [
        {"name": ""},
        {"name": None},
        {"name": "x" * 51},
        {"name": "\u202e"},
        {"role": "host"},
        {"role": "audience"},
        {"role": None},
        {"email": "nonsense"},
        {"email": 7},
    ],
)
def test_faulty_bodies_are_refused(session, host, fault):
    reply = invite(host, session, **fault)
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, list(fault))
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("audience", 403), ("speaker", 403), ("moderator", 403)])
def test_who_does_not_lead_neither_invites_nor_reads_links(live_session, host, who, status):
    made = invite(host, live_session).json()["data"]
    caller = (
        attendee(live_session, "Bob") if who == "audience" else with_role(live_session, who, "Bob") if who else None
    )
    replies = [
        invite(caller, live_session),
        call("get", caller, live_session, "invitations"),
        call("delete", caller, live_session, f"invitations/{made['id']}"),
    ]
    assert [reply.status_code for reply in replies] == [status] * 3
    assert not any(made["link"] in reply.content.decode() for reply in replies)
    assert Invitation.objects.get().revoked_at is None


def test_a_co_host_invites_all_but_co_hosts(session, host):
    carol = with_role(session, "co_host", "Carol")
    assert [invite(carol, session, role=role).status_code for role in ("co_host", "moderator", "speaker")] == [
        403,
        201,
        201,
    ]
    of_host = invite(host, session, role="co_host").json()["data"]
    assert call("delete", carol, session, f"invitations/{of_host['id']}").status_code == 403


def test_the_preset_may_forbid_new_co_hosts(session, host):
    Preset.objects.update(host_add_co_host=False)
    assert invite(host, session, role="co_host").status_code == 403


def test_other_tenants_and_other_sessions_invitations_are_not_found(session, host, stranger, room, preset):
    made = invite(host, session).json()["data"]
    other = Session.objects.create(room=room, preset=preset, title="Other")
    assert call("delete", host, other, f"invitations/{made['id']}").status_code == 404
    assert call("delete", host, session, "invitations/nonsense").status_code == 404
    Room.objects.update(visibility="private")
    assert [
        reply.status_code for reply in (invite(stranger, session), call("get", stranger, session, "invitations"))
    ] == [
        404,
        404,
    ]


def test_nobody_is_invited_to_what_is_over(session, host):
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert invite(host, session).json()["code"] == "session_ended"


def test_the_same_key_makes_one_invitation(session, host):
    client = client_for(host)
    path = f"{API}/sessions/{session.pk}/invitations"
    replies = [client.post(path, ADA, format="json", HTTP_IDEMPOTENCY_KEY="once") for _ in range(2)]
    assert replies[0].json()["data"] == replies[1].json()["data"]
    assert Invitation.objects.count() == 1


def test_invitations_are_limited_since_each_may_send_a_mail(session, host, monkeypatch):
    monkeypatch.setattr(services, "LIMIT", 2)
    assert [invite(host, session).status_code for _ in range(3)] == [201, 201, 429]
