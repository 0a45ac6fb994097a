"""PATCH /sessions/{id}/invitations/{invitation_id}: another name, address or role, and what becomes of the link."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.person import ANONYMOUS
from audit.models import AuditEntry
from core.errors import NotFound
from sessions.models import Invitation, Session
from sessions.people import invitations, services
from sessions.people.names import name_key
from tests.sessions.members import attendee, call, roles_now, with_role


@pytest.fixture
def made(session, host):
    """A speaker's invitation that was mailed to ada@example.com; its id and link."""
    data = call(
        "post", host, session, "invitations", {"name": "Ada", "role": "speaker", "email": "ada@example.com"}
    ).json()["data"]
    services.deliver_due()
    mail.outbox.clear()
    return data


def change(by, session, made, **fields):
    return call("patch", by, session, f"invitations/{made['id']}", fields)


def token(link):
    return link.rpartition("/")[2]


def accept(made, name="Ada L."):
    return services.accept(token=token(made["link"]), actor=ANONYMOUS, name=name, device_guest=None)


def test_another_name_keeps_the_link_and_sends_nothing(session, host, made):
    reply = change(host, session, made, name="  Ada   Lovelace ")
    data = reply.json()["data"]
    assert (reply.status_code, data["name"], data["link"], data["email"]) == (
        200, "Ada Lovelace", None, "ada@example.com",
    )  # fmt: skip
    assert reply["Cache-Control"] == "no-store"
    assert invitations.find_by_token(token(made["link"])).name == "Ada Lovelace"
    services.deliver_due()
    assert mail.outbox == []


def test_another_address_gets_a_new_link_and_the_former_one_stops_working(session, host, made):
    data = change(host, session, made, email="ada@new.example").json()["data"]
    assert data["link"] not in (None, made["link"])
    with pytest.raises(NotFound):
        invitations.find_by_token(token(made["link"]))
    services.deliver_due()
    services.deliver_due()
    (sent,) = mail.outbox
    assert (sent.to, data["link"] in sent.body) == (["ada@new.example"], True)


@pytest.mark.parametrize("email", ["", None])
def test_without_an_address_the_new_link_is_answered_and_nothing_is_sent(session, host, made, email):
    data = change(host, session, made, email=email).json()["data"]
    assert (data["email"], invitations.find_by_token(token(data["link"])).pk.hex) == ("", made["id"].replace("-", ""))
    services.deliver_due()
    assert mail.outbox == []


def test_the_role_changes_until_somebody_has_accepted_it(session, host, made):
    assert change(host, session, made, role="moderator").json()["data"]["role"] == "moderator"
    accept(made)
    assert roles_now(session) == {"Ada L.": "moderator"}
    reply = change(host, session, made, role="speaker", name="Other")
    assert (reply.status_code, reply.json()["code"]) == (409, "invitation_taken")
    assert (Invitation.objects.get().name, roles_now(session)) == ("Ada", {"Ada L.": "moderator"})
    assert change(host, session, made, role="moderator", name="Other").status_code == 200


def test_who_accepted_it_keeps_the_role_until_the_new_link_is_accepted(session, host, made):
    accept(made)
    renewed = change(host, session, made, email="ada@new.example").json()["data"]
    assert (renewed["accepted_at"], roles_now(session)) == (None, {"Ada L.": "speaker"})
    accept(renewed, "Ada on her phone")
    assert roles_now(session) == {"Ada on her phone": "speaker"}


def test_what_stays_the_same_changes_nothing_and_is_not_recorded(session, host, made):
    before = AuditEntry.objects.count()
    reply = change(host, session, made, name="Ada", email="ada@example.com", role="speaker")
    assert (reply.status_code, reply.json()["data"]["link"]) == (200, None)
    assert change(host, session, made).status_code == 200
    assert AuditEntry.objects.count() == before
    change(host, session, made, name="Grace")
    assert AuditEntry.objects.get(action="people.invitation_changed").details == {"name": "Grace", "fields": ["name"]}


def test_an_invited_name_is_kept_for_them(session, host, made):
    reader = attendee(session, "Grace")
    session.attendances.update(name_key=name_key("Grace"))
    change(host, session, made, name="Grace")
    reader.refresh_from_db()
    assert reader.username == "Grace (2)"


def test_a_co_host_changes_no_co_hosts_and_makes_none(session, host, made):
    co_host = with_role(session, "co_host", "Second")
    other = call("post", host, session, "invitations", {"name": "Bob", "role": "co_host"}).json()["data"]
    assert change(co_host, session, other, name="Robert").status_code == 403
    assert change(co_host, session, made, role="co_host").status_code == 403
    data = change(co_host, session, made, name="Ada L.").json()["data"]
    assert (data["name"], data["email"]) == ("Ada L.", "")
    assert set(Invitation.objects.values_list("name", "email", "role")) == {
        ("Ada L.", "ada@example.com", "speaker"),
        ("Bob", "", "co_host"),
    }


@pytest.mark.parametrize("who", ["moderator", "speaker", "audience"])
def test_others_change_nothing(session, host, made, who):
    user = attendee(session) if who == "audience" else with_role(session, who)
    assert change(user, session, made, name="Mine").status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"), [({"name": "\u200b"}, "name"), ({"email": "nobody"}, "email"), ({"role": "host"}, "role")]
)
def test_what_is_not_valid_is_refused_with_its_field(session, host, made, fields, field):
    reply = change(host, session, made, **fields)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)


def test_revoked_ones_and_those_of_a_session_that_is_over_stay(session, host, made):
    other = call("post", host, session, "invitations", {"name": "Bob", "role": "speaker"}).json()["data"]
    call("delete", host, session, f"invitations/{other['id']}")
    assert change(host, session, other, name="Robert").json()["code"] == "invitation_revoked"
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert change(host, session, made, name="Late").json()["code"] == "session_ended"


def test_an_invitation_of_another_session_is_not_found(session, host, made, room, preset):
    elsewhere = Session.objects.create(room=room, preset=preset, title="Other")
    assert change(host, elsewhere, made, name="X").status_code == 404
