"""PATCH /sessions/{id}/participants/me: whoever is on stage or comes backstage changes the name that everybody sees."""

import pytest

from accounts import credentials
from accounts.models import User
from audit.models import AuditEntry
from chat.models import ChatMessage
from realtime.models import OutboxEvent
from sessions.models import Attendance, StageMember
from sessions.people.names import name_key
from sessions.people.services import invite
from tests.conftest import API, as_person, client_for
from tests.sessions.members import attendee, call, with_role


def on_stage(session, name="Ada"):
    user = attendee(session, name)
    StageMember.objects.create(session=session, user=user)
    return user


def come(session, role, name):
    """Somebody with a role who is there."""
    user = with_role(session, role, name)
    Attendance.objects.create(session=session, user=user, name_key=name_key(name))
    return user


def rename(user, session, name):
    return call("patch", user, session, "participants/me", {"name": name})


def called(user):
    return User.objects.get(pk=user.pk).username


def told(kind):
    return [row.data for row in OutboxEvent.objects.filter(type=kind).order_by("pk")]


@pytest.mark.parametrize("role", ["co_host", "moderator", "speaker", "stage"])
def test_a_new_name_is_cleaned_told_to_everybody_and_recorded(live_session, role):
    user = on_stage(live_session) if role == "stage" else come(live_session, role, "Ada")
    reply = rename(user, live_session, "  Ada \u202e  Lovelace ")
    assert (reply.status_code, reply.json()["data"]) == (200, {"user_id": str(user.pk), "username": "Ada Lovelace"})
    assert called(user) == "Ada Lovelace"
    assert told("person.renamed") == [{"user_id": str(user.pk), "username": "Ada Lovelace", "former_username": "Ada"}]
    assert OutboxEvent.objects.get(type="person.renamed").topic == f"session:{live_session.pk}"
    entry = AuditEntry.objects.get(action="people.renamed")
    assert (entry.actor_id, entry.session_id, entry.details) == (
        user.pk, live_session.pk, {"former": "Ada", "name": "Ada Lovelace"},
    )  # fmt: skip


def test_the_host_changes_the_name_of_the_account(live_session, host):
    Attendance.objects.create(session=live_session, user=host)
    assert rename(host, live_session, "Ada Lovelace").status_code == 200
    assert called(host) == "Ada Lovelace"
    assert told("person.renamed")[0]["former_username"] == "acme owner"


def test_what_is_written_from_then_on_has_the_new_name(live_session):
    user = on_stage(live_session)
    call("post", user, live_session, "chat", {"message": "one"})
    rename(user, live_session, "Grace")
    call("post", user, live_session, "chat", {"message": "two"})
    assert list(ChatMessage.objects.order_by("pk").values_list("username", "text")) == [
        ("Ada", "one"),
        ("Grace", "two"),
    ]


@pytest.mark.parametrize("name", ["acme owner", "Аcme owner", "Mod", "MOD (2)", "Invited"])
@pytest.mark.parametrize("role", ["co_host", "speaker"])
def test_names_of_the_team_and_those_like_them_cannot_be_taken_by_the_team(live_session, host, role, name):
    come(live_session, "moderator", "Mod")
    invite(actor=as_person(host), session=live_session, name="Invited", role="speaker")
    user = come(live_session, role, "Ada")
    reply = rename(user, live_session, name)
    assert (reply.status_code, [fault["code"] for fault in reply.json()["errors"]]) == (422, ["taken"])
    assert (called(user), told("person.renamed")) == ("Ada", [])


def test_a_person_who_was_invited_takes_the_name_of_their_own_invitation(live_session, host):
    made = invite(actor=as_person(host), session=live_session, name="Ada Lovelace", role="speaker")
    user = come(live_session, "speaker", "Ada")
    made.user = user
    made.save()
    assert rename(user, live_session, "Ada Lovelace").json()["data"]["username"] == "Ada Lovelace"


@pytest.mark.parametrize("name", ["acme owner", "Grace"])
def test_an_attendee_on_stage_gets_a_number_where_the_name_is_taken(live_session, name):
    grace = attendee(live_session, "Grace")
    Attendance.objects.filter(user=grace).update(name_key=name_key("Grace"))
    user = on_stage(live_session)
    assert rename(user, live_session, name).json()["data"]["username"] == f"{name} (2)"
    assert told("person.renamed")[0]["username"] == f"{name} (2)"


def test_an_attendee_yields_to_the_new_name_of_somebody_of_the_team(live_session):
    reader = attendee(live_session, "Grace")
    Attendance.objects.filter(user=reader).update(name_key=name_key("Grace"))
    speaker = come(live_session, "speaker", "Ada")
    assert rename(speaker, live_session, "Grace").json()["data"]["username"] == "Grace"
    assert called(reader) == "Grace (2)"
    assert [(each["former_username"], each["username"]) for each in told("person.renamed")] == [
        ("Grace", "Grace (2)"),
        ("Ada", "Grace"),
    ]


def test_the_same_name_again_changes_nothing(live_session):
    user = on_stage(live_session, "Ada (2)")
    for name in ("Ada", "Ada (2)"):
        assert rename(user, live_session, name).json()["data"]["username"] == "Ada (2)"
    assert (told("person.renamed"), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 51])
def test_what_is_no_name_is_refused(live_session, name):
    user = on_stage(live_session)
    reply = rename(user, live_session, name)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "name")


def test_who_only_watches_or_waits_keeps_the_name_they_came_with(live_session, session):
    assert rename(attendee(live_session), live_session, "Grace").status_code == 403
    left = on_stage(live_session, "Left")
    StageMember.objects.update(left_stage_at=live_session.started_at)
    assert rename(left, live_session, "Grace").status_code == 403


def test_neither_a_key_nor_a_code_for_one_session_renames_an_account(live_session, host, api_key):
    _key, secret = api_key
    limited = credentials.issue_tokens(host, session_id=live_session.pk).access_token
    path = f"{API}/sessions/{live_session.pk}/participants/me"
    for headers in ({"HTTP_X_API_KEY": secret}, {"HTTP_AUTHORIZATION": f"Bearer {limited}"}):
        client = client_for()
        client.credentials(**headers)
        assert client.patch(path, {"name": "Grace"}, format="json").status_code == 403
    assert called(host) == "acme owner"


def test_changes_are_limited(live_session):
    user = on_stage(live_session)
    replies = [rename(user, live_session, f"Name {number}").status_code for number in range(11)]
    assert (replies[:10], replies[10]) == ([200] * 10, 429)


def test_lists_have_the_new_name_at_once(live_session):
    user = on_stage(live_session)
    rename(user, live_session, "Grace")
    people = call("get", live_session.room.host, live_session, "stage/participants").json()["data"]["participants"]
    assert [each["participant_name"] for each in people] == ["Grace"]
