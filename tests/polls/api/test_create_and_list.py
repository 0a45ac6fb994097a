"""GET, POST /sessions/{id}/polls; PATCH, DELETE /polls/{id}; launch."""

import pytest

from audit.models import AuditEntry
from polls.models import Poll
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Session, SessionRole
from tests.conftest import API, client_for

ASKED = {"question": "Which colour?", "options": ["red", "blue"]}


def create(user, session, **changes):
    return client_for(user).post(f"{API}/sessions/{session.pk}/polls", {**ASKED, **changes}, format="json")


def listed(user, session):
    return client_for(user).get(f"{API}/sessions/{session.pk}/polls")


def told():
    return list(OutboxEvent.objects.order_by("pk").values_list("topic", "type"))


def moderator_of(session, user, host):
    SessionRole.objects.create(session=session, user=user, role="moderator", assigned_by=host)
    return user


def test_a_poll_is_launched_and_told(live_session, host, attendee):
    reply = create(host, live_session)
    data = reply.json()["data"]
    assert (reply.status_code, data["status"], data["is_launched"], data["total_votes"]) == (201, "active", True, 0)
    assert [(option["text"], option["vote_count"]) for option in data["options"]] == [("red", 0), ("blue", 0)]
    assert told() == [(f"session:{live_session.pk}:polls", "poll.created")]
    assert [poll["id"] for poll in listed(attendee, live_session).json()["data"]["polls"]] == [data["id"]]
    assert AuditEntry.objects.get().action == "poll.created"


def test_a_poll_carries_its_author_and_their_role_which_no_name_can_imitate(live_session, host, attendee):
    Preset.objects.update(audience_poll_create=True)
    attendee.username = f"{host.username} (Host)"
    attendee.save()
    made = [create(user, live_session).json()["data"] for user in (attendee, host)]
    who = [(poll["user_id"], poll["username"], poll["role"]) for poll in made]
    assert who == [
        (str(attendee.pk), f"{host.username} (Host)", "audience"),
        (str(host.pk), host.username, "host"),
    ]
    assert listed(attendee, live_session).json()["data"]["polls"] == made
    assert [row.data for row in OutboxEvent.objects.order_by("pk")] == made


def test_a_prepared_poll_is_seen_by_the_crew_alone_until_it_is_launched(live_session, host, attendee):
    poll = create(host, live_session, launch=False).json()["data"]
    assert (poll["is_launched"], poll["launched_at"], poll["status"]) == (False, None, "active")
    assert told() == [(f"session:{live_session.pk}:crew", "poll.created")]
    assert listed(attendee, live_session).json()["data"] == {"polls": [], "total": 0}
    assert listed(host, live_session).json()["data"]["total"] == 1
    for action in ("results", "vote"):
        method = client_for(attendee).get if action == "results" else client_for(attendee).post
        assert method(f"{API}/polls/{poll['id']}/{action}").status_code == 404
    assert client_for(host).post(f"{API}/polls/{poll['id']}/launch").json()["data"]["is_launched"] is True
    assert client_for(host).post(f"{API}/polls/{poll['id']}/launch").status_code == 200
    assert listed(attendee, live_session).json()["data"]["total"] == 1


def test_polls_are_prepared_before_the_session_and_launched_when_it_runs(session, host):
    prepared = create(host, session)
    assert (prepared.status_code, prepared.json()["data"]["is_launched"]) == (201, False)
    assert create(host, session, launch=False).status_code == 201
    assert create(host, session, launch=True).json()["code"] == "session_not_live"
    launch = client_for(host).post(f"{API}/polls/{prepared.json()['data']['id']}/launch")
    assert (launch.status_code, launch.json()["code"]) == (409, "session_not_live")


def test_a_prepared_poll_is_edited_and_deleted_a_launched_one_only_deleted(live_session, host):
    client = client_for(host)
    poll = create(host, live_session, launch=False).json()["data"]
    edited = client.patch(
        f"{API}/polls/{poll['id']}", {"question": "Which shape?", "options": ["a", "b", "c"]}, format="json"
    )
    assert [edited.json()["data"]["question"], len(edited.json()["data"]["options"])] == ["Which shape?", 3]
    client.post(f"{API}/polls/{poll['id']}/launch")
    late = client.patch(f"{API}/polls/{poll['id']}", {"question": "Another one?"}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "poll_launched")
    assert client.delete(f"{API}/polls/{poll['id']}").status_code == 200
    assert client.delete(f"{API}/polls/{poll['id']}").status_code == 404
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "poll.prepared", "poll.updated", "poll.launched", "poll.deleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": "ab"}, "question"),
        ({"question": "x" * 501}, "question"),
        ({"question": None}, "question"),
        ({"options": ["red"]}, "options"),
        ({"options": []}, "options"),
        ({"options": [f"{n}" for n in range(21)]}, "options"),
        ({"options": ["red", "red "]}, "options"),
        ({"options": ["red", "x" * 201]}, "options.1"),
        ({"options": ["red", ""]}, "options.1"),
        ({"options": ["red", 5]}, "options.1"),
        ({"options": "red, blue"}, "options"),
        ({"allow_multiple_votes": "yes"}, "allow_multiple_votes"),
        ({"launch": 1}, "launch"),
    ],
)
def test_what_is_no_poll_is_422(live_session, host, changes, field):
    reply = create(host, live_session, **changes)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)
    assert Poll.objects.count() == 0


def test_who_may_not_make_polls_is_refused(live_session, session, host, attendee, stranger, api):
    assert create(None, live_session).status_code == 401
    assert (create(attendee, live_session).status_code, create(stranger, live_session).status_code) == (403, 403)
    assert (listed(stranger, live_session).status_code, listed(None, live_session).status_code) == (403, 401)
    Room.objects.update(visibility="private")
    assert (create(stranger, live_session).status_code, listed(stranger, live_session).status_code) == (404, 404)


def test_another_tenants_poll_does_not_exist(live_session, poll, stranger):
    client = client_for(stranger)
    body = {"option_id": str(poll.options.all()[0].pk)}
    for method, action in (("post", "/vote"), ("get", "/results"), ("post", "/close"), ("post", "/launch"),
                           ("post", "/show_results"), ("delete", ""), ("patch", "")):  # fmt: skip
        reply = getattr(client, method)(
            f"{API}/polls/{poll.pk}{action}", body if method != "get" else None, format="json"
        )
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), action


@pytest.mark.parametrize("flag", ["host_poll_create", "poll_enabled"])
def test_without_the_presets_leave_the_host_makes_none(live_session, host, flag):
    Preset.objects.update(**{flag: False})
    assert create(host, live_session).status_code == 403


def test_the_sessions_own_setting_stands_over_the_presets(live_session, host):
    Preset.objects.update(poll_enabled=False)
    live_session.poll_enabled_override = True
    live_session.save()
    assert create(host, live_session).status_code == 201
    live_session.poll_enabled_override = False
    live_session.save()
    assert create(host, live_session).status_code == 403


def test_a_moderator_makes_polls_where_the_preset_says_so(live_session, host, guest):
    moderator_of(live_session, guest, host)
    assert create(guest, live_session).status_code == 201
    Preset.objects.update(moderator_manage_poll=False)
    assert create(guest, live_session).status_code == 403


def test_an_audience_that_may_make_polls_launches_them_openly_and_closes_none(live_session, host, attendee):
    Preset.objects.update(audience_poll_create=True)
    made = create(attendee, live_session)
    assert made.status_code == 201
    assert create(attendee, live_session, launch=False).status_code == 403
    assert create(attendee, live_session, results_hidden=True).status_code == 403
    path = f"{API}/polls/{made.json()['data']['id']}"
    assert client_for(attendee).post(f"{path}/close").status_code == 403
    assert client_for(attendee).delete(path).status_code == 403
    assert client_for(host).post(f"{path}/close").status_code == 200
    assert AuditEntry.objects.filter(actor=attendee).count() == 0


def test_the_audiences_polls_follow_the_crews_rules_and_have_a_limit(live_session, host, attendee):
    Preset.objects.update(audience_poll_create=True)
    Session.objects.update(blocked_words=["spam"], block_links=True)
    for changes, field in (
        ({"question": "Is SPAM good?"}, "question"),
        ({"options": ["a", "www.example.com/x"]}, "options"),
    ):
        refused = create(attendee, live_session, **changes)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert create(host, live_session, question="Is spam good?").status_code == 201
    assert [create(attendee, live_session).status_code for _ in range(2)] == [201, 429]


def test_a_session_has_an_end_of_polls(live_session, host, monkeypatch):
    monkeypatch.setattr("polls.services.MOST_POLLS", 1)
    assert [create(host, live_session).status_code for _ in range(2)] == [201, 409]


def test_an_ended_session_takes_no_polls(live_session, host):
    Session.objects.update(status="ended")
    assert create(host, live_session, launch=False).json()["code"] == "session_ended"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    live_session, make_poll, attendee, django_assert_num_queries, number
):
    for _ in range(number):
        make_poll(live_session)
    client = client_for(attendee)
    with django_assert_num_queries(5):
        assert len(client.get(f"{API}/sessions/{live_session.pk}/polls").json()["data"]["polls"]) == number
