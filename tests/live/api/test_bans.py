"""POST, GET, DELETE /sessions/{id}/bans, GET …/bans/me, POST …/people/{user_id}/remove."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Device, DeviceUse, User
from audit.models import AuditEntry
from organizations.models import Membership
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Ban, Session, SessionRole, StageMember
from tests.conftest import API, client_for

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def moderator(live_session, host):
    user = User.objects.create_user(username="Mo", is_guest=True)
    SessionRole.objects.create(session=live_session, user=user, role="moderator", assigned_by=host)
    return user


@pytest.fixture
def co_host(live_session, host):
    user = User.objects.create_user(username="Cora", is_guest=True)
    SessionRole.objects.create(session=live_session, user=user, role="co_host", assigned_by=host)
    return user


def share_a_browser(*users):
    device = Device.objects.create()
    for user in users:
        DeviceUse.objects.create(device=device, user=user)


def call(method, user, session, path="bans", body=None):
    return getattr(client_for(user), method)(f"{API}/sessions/{session.pk}/{path}", body, format="json")


def ban(user, session, whom, **body):
    return call("post", user, session, body={"user_id": str(whom.pk), **body})


def test_a_ban_is_answered_told_and_recorded(live_session, host, attendee):
    reply = ban(host, live_session, attendee, reason="Noise")
    row = Ban.objects.get()
    assert reply.status_code == 201
    data = reply.json()["data"]
    assert data == {
        "id": str(row.pk),
        "session_id": str(live_session.pk),
        "user_id": str(attendee.pk),
        "user": {"id": str(attendee.pk), "username": "Grace", "email": None},
        "banned_by": str(host.pk),
        "banned_by_user": {"id": str(host.pk), "username": host.username, "email": host.email},
        "reason": "Noise",
        "banned_at": data["banned_at"],
    }
    told = [(event.topic, event.type, event.data) for event in OutboxEvent.objects.all()]
    assert told == [
        (f"user:{attendee.pk}:{live_session.pk}", "you.banned", {"reason": "Noise"}),
        (f"control:{live_session.pk}", "rights.changed", {"user_ids": [str(attendee.pk)]}),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.details) == (
        "people.banned",
        host,
        attendee,
        {"reason": "Noise"},
    )


def test_banning_twice_answers_the_first_ban(live_session, host, co_host, attendee):
    first = ban(host, live_session, attendee, reason="Noise").json()["data"]
    again = ban(co_host, live_session, attendee, reason="Other")
    data = again.json()["data"]
    assert (again.status_code, data["id"], data["reason"]) == (200, first["id"], "Noise")
    assert (Ban.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_a_moderator_with_either_right_bans_and_sees_no_address(live_session, host, moderator, attendee):
    data = ban(moderator, live_session, attendee).json()["data"]
    assert (data["user"]["email"], data["banned_by_user"]["email"], data["reason"]) == (None, None, "")
    Preset.objects.update(moderator_manage_chat=False)
    assert call("get", moderator, live_session).status_code == 200
    Preset.objects.update(moderator_manage_stage=False)
    assert call("get", moderator, live_session).status_code == 403
    assert host.email not in str(data)


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_crew_bans_and_reads_bans(live_session, attendee, member, stranger, method):
    body = {"user_id": str(attendee.pk)}
    statuses = [call(method, user, live_session, body=body).status_code for user in (None, attendee, member, stranger)]
    assert statuses == [401, 403, 403, 403]
    assert Ban.objects.count() == 0


def test_a_private_session_of_others_is_404(live_session, attendee, stranger):
    Room.objects.update(visibility="private")
    assert [call("get", stranger, live_session, path).status_code for path in ("bans", "bans/me")] == [404, 404]
    assert ban(stranger, live_session, attendee).status_code == 404


def test_who_leads_staff_and_oneself_cannot_be_banned(live_session, host, co_host, moderator, tenant, attendee):
    admin = User.objects.create_user("admin@acme.example", username="Al", organization=tenant.organization)
    Membership.objects.create(organization=tenant.organization, user=admin, role="admin")
    User.objects.filter(pk=attendee.pk).update(is_staff=True)
    replies = [ban(moderator, live_session, whom) for whom in (host, co_host, admin, attendee, moderator)]
    assert [(reply.status_code, reply.json()["code"]) for reply in replies] == [(409, "cannot_be_removed")] * 5
    assert Ban.objects.count() == 0


def test_nobody_of_this_session_is_422_whether_known_elsewhere_or_not(live_session, host, stranger, guest):
    replies = [
        call("post", host, live_session, body={"user_id": str(each)}) for each in (UNKNOWN, stranger.pk, guest.pk)
    ]
    assert {reply.status_code for reply in replies} == {422}
    assert len({str(reply.json()["errors"]) for reply in replies}) == 1


@pytest.mark.parametrize("body", [{}, {"user_id": "x"}, {"user_id": 1}, {"user_id": UNKNOWN, "reason": "x" * 501}])
def test_a_body_that_names_nobody_is_422(live_session, host, body):
    assert call("post", host, live_session, body=body).status_code == 422


@pytest.mark.parametrize("who", ["member", "speaker"])
def test_members_and_people_with_a_role_can_be_banned_before_they_came(session, host, member, who):
    speaker = User.objects.create_user(username="Sam", is_guest=True)
    SessionRole.objects.create(session=session, user=speaker, role="speaker", assigned_by=host)
    whom = {"member": member, "speaker": speaker}[who]
    assert ban(host, session, whom).status_code == 201
    assert call("post", whom, session, "join").json()["code"] == "banned"


def test_the_list_names_the_latest_first_and_costs_the_same_for_any_number(
    live_session, host, django_assert_max_num_queries
):
    for count in (1, 3):
        for number in range(count):
            user = User.objects.create_user(username=f"B{number}", is_guest=True)
            Ban.objects.create(session=live_session, user=user, banned_by=host)
        client = client_for(host)
        with django_assert_max_num_queries(9):
            data = client.get(f"{API}/sessions/{live_session.pk}/bans").json()["data"]
        assert data["total"] == len(data["banned_participants"]) == Ban.objects.count()
    assert data["banned_participants"][0]["user"]["username"] == "B2"


def test_the_list_is_paged_and_empty_past_its_end(live_session, host, attendee):
    ban(host, live_session, attendee)
    data = call("get", host, live_session, "bans?page=2&limit=1").json()["data"]
    assert data == {"banned_participants": [], "total": 1}
    assert call("get", host, live_session, "bans?limit=0").status_code == 422


def test_a_lifted_ban_lets_in_again_and_leaves_the_list(live_session, host, attendee):
    ban(host, live_session, attendee)
    assert call("post", attendee, live_session, "join").json()["code"] == "banned"
    OutboxEvent.objects.all().delete()
    assert call("delete", host, live_session, f"bans/{attendee.pk}").status_code == 200
    assert [event.type for event in OutboxEvent.objects.all()] == ["rights.changed"]
    assert call("get", host, live_session).json()["data"]["total"] == 0
    assert call("post", attendee, live_session, "join").status_code == 200
    assert AuditEntry.objects.first().action == "people.unbanned"
    assert ban(host, live_session, attendee).status_code == 201


@pytest.mark.parametrize("whom", [UNKNOWN, "me", "nobody"])
def test_lifting_a_ban_that_is_not_there_is_404(live_session, host, whom):
    assert call("delete", host, live_session, f"bans/{whom}").status_code in (404, 405)


def test_only_the_crew_lifts_bans(live_session, host, attendee, member):
    ban(host, live_session, attendee)
    path = f"bans/{attendee.pk}"
    assert [call("delete", user, live_session, path).status_code for user in (None, attendee, member)] == [
        401,
        403,
        403,
    ]
    assert Ban.objects.filter(lifted_at=None).count() == 1


def test_everyone_may_ask_whether_they_are_banned(live_session, host, attendee, stranger):
    ban(host, live_session, attendee, reason="Noise")
    assert call("get", None, live_session, "bans/me").status_code == 401
    assert call("get", attendee, live_session, "bans/me").json()["data"] == {
        "banned": True,
        "reason": "Noise",
        "refused": "banned",
    }
    assert call("get", stranger, live_session, "bans/me").json()["data"] == {
        "banned": False,
        "reason": None,
        "refused": None,
    }


def test_a_new_guest_of_the_same_browser_is_refused_everywhere(live_session, host, attendee, api):
    browser = api()
    register = f"{API}/auth/viewer/register"
    first = browser.post(register, {"display_name": "Grace"}, format="json").json()["data"]
    browser.credentials(HTTP_AUTHORIZATION=f"Bearer {first['access_token']}")
    assert browser.post(f"{API}/sessions/{live_session.pk}/join", {}, format="json").status_code == 200
    ban(host, live_session, User.objects.get(pk=first["user"]["id"]), reason="Noise")
    browser.credentials()
    second = browser.post(register, {"display_name": "Someone else"}, format="json").json()["data"]
    browser.credentials(HTTP_AUTHORIZATION=f"Bearer {second['access_token']}")
    for path in ("join", "realtime/ticket"):
        reply = browser.post(f"{API}/sessions/{live_session.pk}/{path}", {}, format="json")
        assert (reply.status_code, reply.json()["code"]) == (403, "banned")
    mine = browser.get(f"{API}/sessions/{live_session.pk}/bans/me").json()["data"]
    assert mine == {"banned": True, "reason": "Noise", "refused": "banned"}
    call("delete", host, live_session, f"bans/{first['user']['id']}")
    assert browser.post(f"{API}/sessions/{live_session.pk}/join", {}, format="json").status_code == 200


def test_the_ban_of_one_account_reaches_the_others_of_the_browser_and_nobody_else(live_session, host, attendee, guest):
    same, other = [User.objects.create_user(username=name, is_guest=True) for name in ("Same", "Other")]
    share_a_browser(attendee, same)
    share_a_browser(other)
    ban(host, live_session, attendee)
    assert OutboxEvent.objects.last().data["user_ids"] == [str(attendee.pk), str(same.pk)]
    codes = [call("post", user, live_session, "join").status_code for user in (same, other)]
    assert codes == [403, 200]


def test_a_host_who_tries_it_as_a_guest_in_the_same_browser_is_never_locked_out(live_session, host, co_host, attendee):
    staff = User.objects.create_user("staff@example.com", username="Staff", is_staff=True)
    share_a_browser(attendee, host, co_host, staff)
    ban(host, live_session, attendee)
    assert [
        call("get", user, live_session, "bans/me").json()["data"]["refused"] for user in (host, co_host, staff)
    ] == [
        None,
        None,
        None,
    ]
    assert call("delete", host, live_session, f"bans/{attendee.pk}").status_code == 200


def test_a_banned_moderator_keeps_no_right(live_session, host, moderator, attendee):
    assert ban(host, live_session, moderator).status_code == 201
    assert ban(moderator, live_session, attendee).status_code == 403
    assert call("get", moderator, live_session).status_code == 403


def test_a_ban_holds_in_one_session_alone(live_session, host, attendee, room, preset):
    ban(host, live_session, attendee)
    other = Session.objects.create(room=room, preset=preset, title="Next")
    assert call("get", attendee, other, "bans/me").json()["data"]["refused"] is None


def test_the_page_says_that_the_person_was_removed(live_session, host, attendee, client):
    ban(host, live_session, attendee)
    client.force_login(attendee, backend="django.contrib.auth.backends.ModelBackend")
    for path in (f"/w/{live_session.room.slug}", f"/w/{live_session.room.slug}/{live_session.pk}"):
        for reply in (client.get(path), client.post(path, {"display_name": "Grace"})):
            assert (reply.status_code, "You were removed" in reply.content.decode()) == (403, True)


def test_kicking_is_no_ban(live_session, host, attendee):
    StageMember.objects.create(session=live_session, user=attendee)
    reply = call("post", host, live_session, f"people/{attendee.pk}/remove")
    assert reply.status_code == 200
    event = OutboxEvent.objects.get(type="people.kicked")
    assert (event.topic, event.data) == (f"control:{live_session.pk}", {"user_ids": [str(attendee.pk)]})
    assert StageMember.objects.get().left_stage_at is not None
    assert AuditEntry.objects.filter(action="people.kicked", subject=attendee).count() == 1
    assert call("post", attendee, live_session, "join").status_code == 200
    assert Ban.objects.count() == 0


def test_only_the_crew_puts_out_and_never_who_leads(live_session, host, co_host, attendee, stranger, member):
    path = f"people/{attendee.pk}/remove"
    assert [call("post", user, live_session, path).status_code for user in (None, attendee, member)] == [401, 403, 403]
    assert call("post", co_host, live_session, f"people/{host.pk}/remove").json()["code"] == "cannot_be_removed"
    missing = [call("post", host, live_session, f"people/{each}/remove") for each in (stranger.pk, UNKNOWN, "x")]
    assert [reply.status_code for reply in missing] == [404, 404, 404]


def test_a_ban_takes_the_place_on_stage(live_session, host, attendee):
    StageMember.objects.create(session=live_session, user=attendee)
    ban(host, live_session, attendee)
    assert StageMember.objects.get().left_stage_at is not None


def test_bans_work_before_and_after_the_session(session, host, member):
    assert ban(host, session, member).status_code == 201
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert call("delete", host, session, f"bans/{member.pk}").status_code == 200


def test_bad_ids_of_sessions_are_404(host):
    for path in (f"{uuid.uuid4()}/bans", "x/bans", "x/bans/me"):
        assert client_for(host).get(f"{API}/sessions/{path}").status_code == 404
