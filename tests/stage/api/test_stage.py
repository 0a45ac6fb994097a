"""The operations on the stage: who is refused how, what they answer, and what stands in the database afterwards."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms.models import Room
from sessions.models import Session, SessionRole, StageMember
from stage.models import HandRaise, JoinRequest
from tests.conftest import API
from tests.participants import claims
from tests.stage.conftest import make_guest

#: method, path, whether only who manages the stage may
OPERATIONS = [
    ("post", "raise_hand", False),
    ("post", "lower_hand", False),
    ("get", "hand_raise", False),
    ("get", "participants", False),
    ("post", "leave", False),
    ("post", "token", False),
    ("post", "join_requests", False),
    ("get", "join_requests/me", False),
    ("post", "participants", True),
    ("post", "participants/remove", True),
    ("patch", "participants/{id}/permissions", True),
    ("get", "join_requests", True),
    ("get", "hand_raises", True),
    ("post", "join_requests/{id}/approve", True),
    ("post", "join_requests/{id}/reject", True),
    ("post", "hand_raises/{id}/approve", True),
    ("post", "hand_raises/{id}/reject", True),
    ("patch", "layout", True),
    ("post", "mute_all", True),
    ("post", "hide", True),
    ("post", "show", True),
]


@pytest.fixture(autouse=True)
def no_livekit(livekit_down):
    """These work without the media engine."""


@pytest.fixture
def call(api, live_session):
    """``call(user, "post", "raise_hand", {…})`` → (status, data or code)."""

    def do(user, method, path, body=None):
        reply = getattr(api(user), method)(f"{API}/sessions/{live_session.pk}/stage/{path}", body or {}, format="json")
        said = reply.json()
        return reply.status_code, said["data"] if said["success"] else said["code"]

    return do


def add(session, user):
    return StageMember.objects.create(session=session, user=user)


@pytest.mark.parametrize(("method", "path", "managed"), OPERATIONS)
def test_refusals(method, path, managed, call, guest, grace, stranger, live_session, room):
    path = path.format(id=uuid4())
    assert call(None, method, path) == (401, "not_authenticated")
    outsider = User.objects.create_user(username="Outsider", is_guest=True)
    assert call(outsider, method, path) == (403, "not_allowed")
    if managed:
        assert call(grace, method, path) == (403, "not_allowed")
    Room.objects.update(visibility="private")
    assert call(stranger, method, path) == (404, "not_found")
    assert (HandRaise.objects.count(), StageMember.objects.count()) == (0, 0)


@pytest.mark.parametrize(("method", "path", "managed"), OPERATIONS)
def test_an_unreadable_body_comes_before_everything_but_credentials(method, path, managed, api, grace):
    if method == "get":
        return
    address = f"{API}/sessions/{uuid4()}/stage/{path.format(id=uuid4())}"
    reply = api(grace).generic(method.upper(), address, b"{", content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (400, "unreadable")


def test_raise_a_hand(call, grace, live_session):
    status, hand = call(grace, "post", "raise_hand", {"message": " Why so fast? ", "participant_name": "The Host"})
    row = HandRaise.objects.get()
    assert (status, hand["id"], hand["session_id"]) == (201, str(row.pk), str(live_session.pk))
    assert (hand["participant_identity"], hand["participant_name"]) == (str(grace.pk), "Grace")
    assert (hand["message"], hand["status"], hand["position"]) == ("Why so fast?", "pending", 1)
    assert hand["responded_at"] is None
    again = call(grace, "post", "raise_hand", {"participant_identity": str(grace.pk).upper()})
    assert (again[0], again[1]["id"], HandRaise.objects.count()) == (200, hand["id"], 1)
    assert call(grace, "get", "hand_raise") == (200, hand)


def test_nobody_raises_anothers_hand(call, grace, host):
    body = {"participant_identity": str(host.pk)}
    assert call(grace, "post", "raise_hand", body) == (403, "not_allowed")
    assert call(grace, "post", "raise_hand", {"participant_identity": "x"}) == (403, "not_allowed")
    assert HandRaise.objects.count() == 0


@pytest.mark.parametrize("body", [{"message": "x" * 281}, {"message": 1}, {"participant_identity": 7}])
def test_what_a_hand_cannot_say(call, grace, body):
    assert call(grace, "post", "raise_hand", body) == (422, "invalid")


def test_lowering_is_harmless_and_leaves_none(call, grace):
    call(grace, "post", "raise_hand")
    assert [call(grace, "post", "lower_hand")[0] for _ in range(2)] == [200, 200]
    assert call(grace, "get", "hand_raise") == (404, "none")
    assert not HandRaise.objects.get().is_pending


def test_hands_only_while_live_and_with_a_stage(call, grace, live_session):
    Session.objects.update(stage_enabled_override=False)
    assert call(grace, "post", "raise_hand") == (409, "stage_off")
    Session.objects.update(stage_enabled_override=None, status="ended", ended_at=timezone.now())
    assert call(grace, "post", "raise_hand") == (409, "session_not_live")
    assert call(grace, "post", "join_requests") == (409, "session_not_live")


def test_the_preset_may_keep_the_audience_from_asking(call, grace, preset):
    preset.audience_stage_join_request = False
    preset.save()
    assert call(grace, "post", "raise_hand") == call(grace, "post", "join_requests") == (403, "not_allowed")


def test_ask_to_join(call, grace):
    status, asked = call(grace, "post", "join_requests")
    assert (status, asked["user_id"], asked["username"]) == (201, str(grace.pk), "Grace")
    assert call(grace, "post", "join_requests") == (200, asked)
    assert call(grace, "get", "join_requests/me") == (200, asked)
    assert JoinRequest.objects.count() == 1


def test_without_a_request_there_is_none(call, grace):
    assert call(grace, "get", "join_requests/me") == call(grace, "get", "hand_raise") == (404, "none")


def test_the_queues_are_oldest_first(call, live_session, host):
    for name in ("Ann", "Ben"):
        user = make_guest(name, live_session)
        call(user, "post", "raise_hand")
        call(user, "post", "join_requests")
    hands, asked = call(host, "get", "hand_raises")[1], call(host, "get", "join_requests")[1]
    assert [(hand["participant_name"], hand["position"]) for hand in hands["hand_raises"]] == [("Ann", 1), ("Ben", 2)]
    assert [one["username"] for one in asked["join_requests"]] == ["Ann", "Ben"]
    assert (hands["total"], asked["total"]) == (2, 2)


def test_a_queue_has_pages(call, live_session, host):
    for name in ("Ann", "Ben", "Cid"):
        call(make_guest(name, live_session), "post", "raise_hand")
    page = call(host, "get", "hand_raises?page=2&limit=2")[1]
    assert [(hand["participant_name"], hand["position"]) for hand in page["hand_raises"]] == [("Cid", 3)]
    assert (page["total"], page["page"], page["limit"]) == (3, 2, 2)
    assert call(host, "get", "join_requests?limit=0")[0] == 422


@pytest.mark.parametrize(
    ("queue", "raised"), [("hand_raises", "raise_hand"), ("join_requests", "join_requests")], ids=["hand", "request"]
)
def test_approve_and_reject(queue, raised, call, grace, host, moderator, live_session):
    stage_request = call(grace, "post", raised)[1]
    status, rejected = call(moderator, "post", f"{queue}/{stage_request['id']}/reject")
    assert (status, rejected["status"], rejected["position"]) == (200, "rejected", None)
    assert rejected["responded_at"] is not None
    assert call(host, "post", f"{queue}/{stage_request['id']}/approve") == (409, "already_decided")
    again = call(grace, "post", raised)[1]
    status, approved = call(host, "post", f"{queue}/{again['id']}/approve")
    place = StageMember.objects.get()
    assert (status, approved["status"], approved["stage_participant"]["id"]) == (200, "approved", str(place.pk))
    assert call(host, "post", f"{queue}/{again['id']}/approve") == (200, approved)
    assert call(host, "post", f"{queue}/{uuid4()}/approve") == (404, "not_found")
    assert call(host, "post", f"{queue}/nonsense/reject") == (404, "not_found")


def test_a_request_of_another_session_is_missing(call, host, grace, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    hand = HandRaise.objects.create(session=other, user=grace)
    assert call(host, "post", f"hand_raises/{hand.pk}/approve") == (404, "not_found")
    hand.refresh_from_db()
    assert hand.is_pending


def test_a_full_stage(call, grace, host, live_session, limit):
    limit(1)
    add(live_session, make_guest("Ben", live_session))
    hand = call(grace, "post", "raise_hand")[1]
    assert call(host, "post", f"hand_raises/{hand['id']}/approve") == (409, "stage_full")
    assert call(host, "post", "participants", {"participant_identity": str(grace.pk)}) == (409, "stage_full")
    assert call(grace, "get", "hand_raise")[1]["status"] == "pending"


def test_add_directly(call, grace, host):
    body = {"participant_identity": str(grace.pk), "can_publish_video": False}
    status, place = call(host, "post", "participants", body)
    assert (status, place["participant_name"], place["can_publish_audio"], place["can_publish_video"]) == (
        201, "Grace", True, False,
    )  # fmt: skip
    assert call(host, "post", "participants", body) == (200, place)
    assert call(grace, "get", "participants") == (200, {"participants": [place], "total": 1})


def test_an_unknown_and_a_foreign_person_get_the_same_answer(api, host, stranger, grace, live_session):
    address = f"{API}/sessions/{live_session.pk}/stage/participants"
    replies = [
        api(host).post(address, {"participant_identity": identity}, format="json")
        for identity in (str(uuid4()), str(stranger.pk), "nonsense")
    ]
    assert [reply.status_code for reply in replies] == [422] * 3
    errors = [reply.json()["errors"] for reply in replies]
    assert errors[0] == errors[1] == errors[2]
    assert api(host).post(address, {}, format="json").status_code == 422


def test_permissions(call, grace, host, live_session):
    address = f"participants/{grace.pk}/permissions"
    assert call(host, "patch", address, {"can_publish_audio": False}) == (409, "not_on_stage")
    add(live_session, grace)
    status, place = call(host, "patch", address, {"can_publish_audio": False})
    assert (status, place["can_publish_audio"], place["can_publish_video"]) == (200, False, True)
    assert call(host, "patch", address) == (200, place)
    assert call(host, "patch", address, {"can_publish_audio": "no"}) == (422, "invalid")
    assert call(host, "patch", "participants/nonsense/permissions") == (404, "not_found")


def test_who_is_not_on_stage_is_not_muted_and_the_reply_says_why(
    call, api, grace, host, co_host, stranger, live_session
):
    no = {"can_publish_audio": False}
    for user in (grace, co_host):
        assert call(host, "patch", f"participants/{user.pk}/permissions", no) == (409, "not_on_stage")
    address = f"{API}/sessions/{live_session.pk}/stage/participants/{grace.pk}/permissions"
    assert "is not on stage" in api(host).patch(address, no, format="json").json()["error"]
    assert call(host, "patch", f"participants/{stranger.pk}/permissions", no) == (404, "not_found")
    add(live_session, grace)
    call(host, "post", "participants/remove", {"participant_identity": str(grace.pk)})
    assert call(host, "patch", f"participants/{grace.pk}/permissions", no) == (409, "not_on_stage")


def test_remove(call, grace, host, live_session):
    body = {"participant_identity": str(grace.pk)}
    assert call(host, "post", "participants/remove", body) == (422, "invalid")
    add(live_session, grace)
    status, place = call(host, "post", "participants/remove", body)
    assert (status, place["participant_identity"]) == (200, str(grace.pk))
    assert place["left_stage_at"] is not None
    assert call(host, "post", "participants/remove", body) == (200, place)
    assert call(grace, "get", "participants")[1]["total"] == 0


def test_the_token_publishes_what_is_allowed(api, call, grace, live_session, settings):
    assert call(grace, "post", "token") == (403, "not_allowed")
    StageMember.objects.create(session=live_session, user=grace, can_publish_video=False)
    reply = api(grace).post(f"{API}/sessions/{live_session.pk}/stage/token", {}, format="json")
    data = reply.json()["data"]
    token = claims(data["livekit_token"])
    assert (reply.status_code, reply["Cache-Control"], token["sub"]) == (200, "no-store", str(grace.pk))
    assert (data["room_name"], data["livekit_url"]) == (str(live_session.pk), settings.LIVEKIT_PUBLIC_URL)
    assert token["video"]["canPublishSources"] == ["microphone"]
    assert (token["video"]["canPublish"], token["video"]["hidden"], token["video"]["canPublishData"]) == (
        True, False, False,
    )  # fmt: skip
    assert token["exp"] - token["nbf"] <= settings.AUDIENCE_TOKEN_LIFETIME.total_seconds()
    assert call(grace, "post", "leave")[0] == 200
    assert call(grace, "post", "token") == (403, "not_allowed")


def test_hide_and_show(call, moderator, grace, live_session):
    assert [call(moderator, "post", "hide") for _ in range(2)] == [(200, {"hidden": True})] * 2
    StageMember.objects.create(session=live_session, user=grace)
    token = claims(call(grace, "post", "token")[1]["livekit_token"])
    assert (token["video"]["canPublish"], token["video"]["canPublishSources"]) == (False, [])
    assert [call(moderator, "post", "show") for _ in range(2)] == [(200, {"hidden": False})] * 2


def test_arrange_the_stage(call, grace, host, moderator, live_session, stranger):
    ordinary = {"layout": "screen", "spotlight_identity": None}
    for layout in ("grid", "speaker", "side_by_side", "screen", "screen"):
        assert call(moderator, "patch", "layout", {"layout": layout}) == (200, ordinary | {"layout": layout})
    alone = {"layout": "spotlight", "spotlight_identity": str(grace.pk)}
    assert call(host, "patch", "layout", alone) == (422, "invalid")  # she is not on stage
    add(live_session, grace)
    assert call(host, "patch", "layout", alone) == (200, alone)
    assert Session.objects.get().spotlight == grace
    for wrong in (
        {},
        {"layout": "circle"},
        {"layout": "spotlight"},
        {"layout": "spotlight", "spotlight_identity": str(stranger.pk)},
        {"layout": "grid", "spotlight_identity": str(grace.pk)},
    ):
        assert call(host, "patch", "layout", wrong) == (422, "invalid")
    assert call(host, "patch", "layout", {"layout": "spotlight", "spotlight_identity": str(host.pk)})[0] == 200
    assert call(host, "patch", "layout", {"layout": "grid"}) == (200, ordinary | {"layout": "grid"})
    assert Session.objects.get().spotlight is None


def test_mute_all_who_were_brought_on_stage(call, grace, host, live_session):
    assert call(host, "post", "mute_all") == (200, {"participants": [], "total": 0})
    ben = make_guest("Ben", live_session)
    for user in (grace, ben):
        add(live_session, user)
    for _ in range(2):
        status, data = call(host, "post", "mute_all")
        assert (status, data["total"]) == (200, 2)
        assert [(one["participant_name"], one["can_publish_audio"]) for one in data["participants"]] == [
            ("Grace", False),
            ("Ben", False),
        ]
        assert [one["can_publish_video"] for one in data["participants"]] == [True, True]
    assert not StageMember.objects.filter(can_publish_audio=True).exists()


def test_nothing_is_arranged_or_muted_that_is_not_open(call, host):
    Session.objects.update(status="scheduled", started_at=None, backstage_opened_at=None)
    assert call(host, "patch", "layout", {"layout": "grid"}) == (409, "session_not_live")
    assert call(host, "post", "mute_all") == (409, "session_not_live")


def test_nothing_is_hidden_that_is_not_open(call, host):
    Session.objects.update(status="ended", ended_at=timezone.now())
    assert call(host, "post", "hide") == (409, "session_not_live")


@pytest.mark.parametrize("flag", [True, False])
def test_moderators_manage_the_stage_when_the_preset_says_so(flag, call, moderator, preset):
    preset.moderator_manage_stage = flag
    preset.save()
    assert call(moderator, "get", "hand_raises")[0] == (200 if flag else 403)


def test_a_removed_role_no_longer_manages(call, co_host):
    assert call(co_host, "get", "hand_raises")[0] == 200
    SessionRole.objects.update(removed_at=timezone.now())
    assert call(co_host, "get", "hand_raises")[0] == 403


@pytest.mark.parametrize("path", ["hand_raises", "join_requests", "participants"])
def test_lists_take_as_many_queries_for_three_as_for_one(path, call, host, live_session):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert call(host, "get", path)[1]["total"] in {1, 3}
        return len(caught)

    def one_more(name):
        user = make_guest(name, live_session)
        HandRaise.objects.create(session=live_session, user=user)
        JoinRequest.objects.create(session=live_session, user=user)
        add(live_session, user)

    one_more("Ann")
    queries()
    first = queries()
    one_more("Ben")
    one_more("Cid")
    assert queries() == first
