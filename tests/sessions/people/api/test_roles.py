"""GET /sessions/{id}/participants; POST and DELETE of /co_hosts, /moderators, /speakers."""

import json
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Ban, Session, SessionRole, StageMember
from sessions.rights.capabilities import Role, capabilities
from tests.conftest import API, as_person, client_for
from tests.sessions.members import attendee, call, roles_now, with_role

PATHS = {"co_host": "co_hosts", "moderator": "moderators", "speaker": "speakers"}
each_role = pytest.mark.parametrize(("role", "path"), list(PATHS.items()))


def add(by, session, path, user):
    return call("post", by, session, path, {"user_id": str(getattr(user, "pk", user))})


def told():
    return [row.type for row in OutboxEvent.objects.order_by("pk")]


@each_role
def test_the_host_gives_and_takes_each_role(live_session, host, role, path):
    ada = attendee(live_session)
    data = add(host, live_session, path, ada).json()["data"]
    assert (data["user_id"], data["role"], data["is_active"], data["assigned_by"]) == (
        str(ada.pk),
        role,
        True,
        str(host.pk),
    )
    assert capabilities(as_person(ada), live_session).role == role
    taken = call("delete", host, live_session, f"{path}/{ada.pk}")
    assert (taken.status_code, taken.json()["data"]["is_active"]) == (200, False)
    assert (roles_now(live_session), SessionRole.objects.count()) == ({}, 1)
    assert told() == ["role.added", "rights.changed", "role.removed", "rights.changed"]
    actions = AuditEntry.objects.order_by("at").values_list("action", "subject", "details")
    assert [action for action in actions if action[0].startswith("people.")] == [
        ("people.role_added", ada.pk, {"role": role}),
        ("people.role_removed", ada.pk, {"role": role}),
    ]


@each_role
def test_giving_it_twice_is_done_and_told_once(live_session, host, role, path):
    ada = attendee(live_session)
    replies = [add(host, live_session, path, ada) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json()["data"]["id"] == replies[1].json()["data"]["id"]
    assert told().count("role.added") == 1


def test_another_role_replaces_the_old_one(live_session, host):
    ada = attendee(live_session)
    add(host, live_session, "speakers", ada)
    add(host, live_session, "moderators", ada)
    assert roles_now(live_session) == {"Ada": "moderator"}
    assert [kind for kind in told() if kind.startswith("role.")] == ["role.added", "role.removed", "role.added"]
    assert call("delete", host, live_session, f"speakers/{ada.pk}").status_code == 404


def test_a_member_of_the_organization_needs_not_have_joined(session, host, member):
    assert add(host, session, "co_hosts", member).status_code == 201


@each_role
def test_unknown_people_and_those_of_others_get_one_answer(live_session, host, stranger, guest, role, path):
    replies = [add(host, live_session, path, who).json() for who in (uuid4(), stranger.pk, guest.pk)]
    assert [(reply["code"], reply["errors"]) for reply in replies] == [
        ("invalid", [{"field": "user_id", "code": "unknown", "message": replies[0]["error"]}])
    ] * 3
    assert roles_now(live_session) == {}


@pytest.mark.parametrize("body", [{}, {"user_id": None}, {"user_id": 7}, {"user_id": "x"}])
def test_a_body_without_a_person_is_refused(session, host, body):
    assert call("post", host, session, "moderators", body).status_code == 422


@each_role
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("audience", 403), ("speaker", 403), ("moderator", 403)])
def test_who_does_not_lead_gives_and_takes_nothing(live_session, role, path, who, status):
    caller = None
    if who == "audience":
        caller = attendee(live_session, "Bob")
    elif who:
        caller = with_role(live_session, who, "Bob")
    carol, ada = with_role(live_session, role, "Carol"), attendee(live_session)
    before = roles_now(live_session)
    assert add(caller, live_session, path, ada).status_code == status
    assert call("delete", caller, live_session, f"{path}/{carol.pk}").status_code == status
    assert roles_now(live_session) == before


def test_a_co_host_gives_all_roles_but_their_own(live_session):
    dora, carol, ada = (
        with_role(live_session, "co_host", "Dora"),
        with_role(live_session, "co_host", "Carol"),
        attendee(live_session),
    )
    assert [add(dora, live_session, path, ada).status_code for path in PATHS.values()] == [403, 201, 201]
    # Making a co-host moderator would take a co-host's role away.
    assert add(dora, live_session, "moderators", carol).status_code == 403
    assert call("delete", dora, live_session, f"co_hosts/{carol.pk}").status_code == 403
    assert call("delete", dora, live_session, f"speakers/{ada.pk}").status_code == 200
    assert roles_now(live_session) == {"Dora": "co_host", "Carol": "co_host"}


def test_without_the_presets_flag_there_are_no_new_co_hosts_but_old_ones_can_go(session, host, member):
    carol = with_role(session, "co_host", "Carol")
    Preset.objects.update(host_add_co_host=False)
    assert add(host, session, "co_hosts", member).status_code == 403
    assert call("delete", host, session, f"co_hosts/{carol.pk}").status_code == 200


def test_hosts_and_banned_people_get_no_role(live_session, host, tenant):
    ada = attendee(live_session)
    Ban.objects.create(session=live_session, user=ada, banned_by=host)
    replies = [add(host, live_session, "co_hosts", who) for who in (ada, host)]
    assert [(reply.status_code, reply.json()["code"]) for reply in replies] == [(409, "is_banned"), (409, "is_host")]


def test_a_session_that_is_over_takes_no_new_roles(session, host, member):
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert add(host, session, "moderators", member).json()["code"] == "session_ended"


def test_another_tenants_session_does_not_exist(session, stranger):
    Room.objects.update(visibility="private")
    ada = with_role(session, "moderator", "Ada")
    replies = [
        call("get", stranger, session, "participants"),
        add(stranger, session, "moderators", ada),
        call("delete", stranger, session, f"moderators/{ada.pk}"),
    ]
    assert [reply.status_code for reply in replies] == [404, 404, 404]


@pytest.mark.parametrize("user_id", ["nonsense", str(uuid4())], ids=["malformed", "unknown"])
def test_taking_what_nobody_has_finds_nothing(session, host, user_id):
    assert call("delete", host, session, f"moderators/{user_id}").status_code == 404


def test_whoever_loses_the_role_leaves_the_stage(live_session, host):
    ada = with_role(live_session, "speaker", "Ada")
    StageMember.objects.create(session=live_session, user=ada)
    call("delete", host, live_session, f"speakers/{ada.pk}")
    assert StageMember.objects.get().left_stage_at is not None
    allowed = capabilities(as_person(ada), live_session)
    assert (allowed.role, allowed.may_publish, allowed.may_join_backstage) == (Role.AUDIENCE, False, False)


def test_everyone_in_the_session_reads_who_has_a_role_and_only_they(live_session, host, guest):
    for role in PATHS:
        with_role(live_session, role)
    gone = with_role(live_session, "speaker", "Gone")
    SessionRole.objects.filter(user=gone).update(removed_at=timezone.now())
    data = call("get", attendee(live_session), live_session, "participants").json()["data"]
    assert ([row["role"] for row in data["participants"]], data["total"]) == (list(PATHS), 3)
    assert call("get", guest, live_session, "participants").status_code == 403
    assert call("get", None, live_session, "participants").status_code == 401


def test_addresses_of_people_are_for_the_host(live_session, host, member, tenant):
    add(host, live_session, "moderators", member)
    ada = attendee(live_session)
    answers = {who: call("get", who, live_session, "participants").content.decode() for who in (host, ada)}
    assert (member.email in answers[host], member.email in answers[ada]) == (True, False)
    assert member.email not in json.dumps([row.data for row in OutboxEvent.objects.all()])


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(live_session, host, number, django_assert_max_num_queries):
    for index in range(number):
        with_role(live_session, "speaker", f"Speaker {index}")
    client = client_for(host)
    with django_assert_max_num_queries(8):
        data = client.get(f"{API}/sessions/{live_session.pk}/participants").json()["data"]
    assert data["total"] == number


def test_an_inactive_person_gets_no_role(live_session, host):
    ada = attendee(live_session)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert add(host, live_session, "speakers", ada).status_code == 422
