"""POST /rooms/{id}/host: a room, with all of its sessions, gets another host of its organization."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from organizations.models import Membership
from realtime.models import OutboxEvent
from rooms.models import Room
from sessions.hosting import move_room
from sessions.models import Attendance, Session, SessionRole
from sessions.people.names import name_key
from sessions.rights.capabilities import Role, capabilities
from sessions.stream_keys import give_stream_key, stream_key_of
from tests.conftest import API, as_person, client_for


def move(by, room, user):
    body = {"user_id": str(getattr(user, "pk", user))}
    return client_for(by).post(f"{API}/rooms/{room.pk}/host", body, format="json")


def role(user, session):
    return capabilities(as_person(user), Session.objects.get(pk=session.pk)).role


@pytest.fixture
def plain_host(tenant, room):
    """A host who neither owns nor administers the organization, and whose room it is."""
    user = User.objects.create_user(
        "plain@acme.example", username="Plain host", role="host", organization=tenant.organization
    )
    Membership.objects.create(organization=tenant.organization, user=user, role="member")
    Room.objects.filter(pk=room.pk).update(host=user)
    room.refresh_from_db()
    return user


def test_the_host_moves_it_and_all_of_it_belongs_to_the_other_one(plain_host, member, room, session):
    reply = move(plain_host, room, member)
    assert (reply.status_code, reply.json()["data"]["host"]["id"]) == (200, str(member.pk))
    assert (role(member, session), role(plain_host, session)) == (Role.HOST, Role.AUDIENCE)
    assert (
        client_for(plain_host).patch(f"{API}/rooms/{room.pk}", {"title": "Mine again"}, format="json").status_code
        == 403
    )
    entry = AuditEntry.objects.get(action="room.moved")
    assert (entry.actor_id, entry.subject_id, entry.details) == (
        plain_host.pk, member.pk, {"room": str(room.pk), "title": room.title, "former": str(plain_host.pk)},
    )  # fmt: skip


def test_an_owner_moves_it_for_others_and_still_leads(plain_host, host, member, room, session):
    assert move(host, room, member).status_code == 200
    assert [role(user, session) for user in (host, member, plain_host)] == [Role.HOST, Role.HOST, Role.AUDIENCE]


def test_both_hosts_are_told_by_mail(plain_host, host, member, room, tasks_at_once, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        move(host, room, member)
    assert sorted((sent.to, sent.subject) for sent in mail.outbox) == [
        (["member@acme.example"], f"You are the host of “{room.title}”"),
        (["plain@acme.example"], f"“{room.title}” has another host"),
    ]
    for sent in mail.outbox:
        assert "acme owner made" in sent.body
        assert (f"/rooms/{room.pk}" in sent.body) == (sent.to == ["member@acme.example"])


def test_sessions_to_come_are_handed_over_whole(host, member, room, session, guest):
    """The new host needs no other role there, bears the name alone, and the former one does not know the stream key."""
    SessionRole.objects.create(session=session, user=member, role="co_host", assigned_by=host)
    Attendance.objects.create(session=session, user=guest, name_key=name_key("acme member"))
    User.objects.filter(pk=guest.pk).update(username="acme member")
    session.mode = "rtmp"
    key = give_stream_key(session)
    session.save()
    assert move(host, room, member).status_code == 200
    session.refresh_from_db()
    guest.refresh_from_db()
    assert (SessionRole.objects.filter(removed_at=None).count(), guest.username) == (0, "acme member (2)")
    assert stream_key_of(session) not in (None, key)
    kinds = set(OutboxEvent.objects.values_list("type", flat=True))
    assert {"role.removed", "rights.changed", "person.renamed", "session.settings"} <= kinds
    assert OutboxEvent.objects.filter(type="session.settings").get().data["room"]["host"]["username"] == "acme member"


@pytest.mark.parametrize("state", ["live", "rehearsal"])
def test_not_while_a_session_is_live_or_in_rehearsal(host, member, room, session, state):
    now = timezone.now()
    Session.objects.update(
        status="live" if state == "live" else "scheduled",
        started_at=now if state == "live" else None,
        backstage_opened_at=now,
    )
    reply = move(host, room, member)
    assert (reply.status_code, reply.json()["code"]) == (409, "room_is_open")
    assert "End it first" in reply.json()["error"]
    room.refresh_from_db()
    assert room.host == host


@pytest.mark.parametrize("who", ["guest", "stranger", "viewer", "closed", "nobody"])
def test_only_a_host_of_the_organization_becomes_host(host, member, room, guest, stranger, tenant, who):
    viewer = User.objects.create_user("v@acme.example", username="V", role="viewer", organization=tenant.organization)
    Membership.objects.create(organization=tenant.organization, user=viewer, role="member")
    if who == "closed":
        User.objects.filter(pk=member.pk).update(is_active=False)
    user = {"guest": guest, "stranger": stranger, "viewer": viewer, "closed": member}.get(
        who, "00000000-0000-7000-8000-000000000000"
    )
    reply = move(host, room, user)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "user_id")
    room.refresh_from_db()
    assert room.host == host


def test_the_present_host_is_fine_and_nobody_is_told(host, room, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert move(host, room, host).status_code == 200
    assert (mail.outbox, AuditEntry.objects.filter(action="room.moved").exists()) == ([], False)


def test_others_move_nothing(member, stranger, guest, room):
    assert [move(user, room, member).status_code for user in (member, stranger, guest)] == [403, 403, 403]
    Room.objects.update(visibility="private")
    assert [move(user, room, member).status_code for user in (member, stranger, guest)] == [403, 404, 404]


@pytest.mark.parametrize("setting", ["ROOMS_PER_HOST", "SESSIONS_PER_HOST"])
def test_the_new_host_gets_no_more_than_a_host_can_have(host, member, room, session, preset, settings, setting):
    theirs = Room.objects.create(host=member, library=room.library, slug="theirs", title="Theirs")
    Session.objects.create(room=theirs, preset=preset, title="Theirs")
    setattr(settings, setting, 1)
    reply = move(host, room, member)
    assert (reply.status_code, reply.json()["code"]) == (409, "too_many")
    setattr(settings, setting, 2)
    assert move(host, room, member).status_code == 200


def test_recordings_and_reports_of_ended_sessions_come_along(plain_host, member, room, session):
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    move_room(actor=as_person(plain_host), room=room, user_id=member.pk)
    path = f"{API}/sessions/{session.pk}/attendance"
    assert [client_for(user).get(path).status_code for user in (member, plain_host)] == [200, 403]
