"""Raised hands, join requests and places: one sentence a test."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEntry
from core.errors import Invalid, NotAllowed, TooMany
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.models import Ban, Session, SessionRole, StageMember
from stage import part, places, queries, services
from stage.errors import AlreadyDecided, OnStageAlready, StageFull, StageOff, TakenBack
from stage.requests import withdraw
from tests.conftest import as_person
from tests.stage.conftest import approve, give_role, join, make_guest, on_stage, raise_hand


@pytest.fixture(autouse=True)
def no_livekit(livekit_down):
    """What the database says does not wait for the media engine."""


def reject(session, actor, stage_request):
    return services.reject(
        actor=as_person(actor), session=session, kind=type(stage_request), request_id=stage_request.pk
    )


def add(session, actor, user):
    return services.add(actor=as_person(actor), session=session, identity=str(user.pk))


def locked(session, change, *args, **kwargs):
    with transaction.atomic():
        return change(lifecycle.lock_session(session.pk), *args, **kwargs)


def told():
    """(type, topic's first word) of what waits to be told, but for changes of rights."""
    rows = OutboxEvent.objects.exclude(type="rights.changed").order_by("pk")
    return [(row.type, "user" if row.topic.startswith("user:") else row.topic.split(":", 2)[2:]) for row in rows]


def test_the_queue_is_in_the_order_of_raising(live_session, host):
    for name in ("Ann", "Ben", "Cid"):
        raise_hand(live_session, make_guest(name, live_session))
    raise_hand(live_session, queries.pending_hands(live_session)[0].user)
    hands = queries.pending_hands(live_session)
    assert [(hand.user.username, queries.position(hand)) for hand in hands] == [("Ann", 1), ("Ben", 2), ("Cid", 3)]


def test_raising_again_keeps_the_place_and_the_words(live_session, grace):
    first = services.raise_hand(actor=as_person(grace), session=live_session, message="Why?")
    again = services.raise_hand(actor=as_person(grace), session=live_session, message="Other")
    assert (again.stage_request, again.stage_request.message, first.is_new, again.is_new) == (
        first.stage_request,
        "Why?",
        True,
        False,
    )
    assert told() == [("hand.raised", ["crew"]), ("hand.raised", "user"), ("stage.waiting", ["crew"])]


def test_lowering_and_raising_goes_to_the_end_of_the_queue(live_session, grace):
    raise_hand(live_session, grace)
    raise_hand(live_session, make_guest("Ben", live_session))
    services.lower_hand(actor=as_person(grace), session=live_session)
    services.lower_hand(actor=as_person(grace), session=live_session)
    raise_hand(live_session, grace)
    assert [hand.user.username for hand in queries.pending_hands(live_session)] == ["Ben", "Grace"]


def test_raising_and_lowering_without_end_is_slowed_down(live_session, grace):
    for _ in range(20):
        raise_hand(live_session, grace)
        services.lower_hand(actor=as_person(grace), session=live_session)
    with pytest.raises(TooMany):
        raise_hand(live_session, grace)


def test_approving_brings_on_stage_and_fulfils_every_request(live_session, grace, host):
    asked = services.request_to_join(actor=as_person(grace), session=live_session).stage_request
    hand = raise_hand(live_session, grace)
    OutboxEvent.objects.all().delete()
    done = approve(live_session, host, hand)
    asked.refresh_from_db()
    assert (done.stage_request.status, asked.status, done.member.user) == ("approved", "approved", grace)
    assert told() == [
        ("hand.approved", ["crew"]),
        ("hand.approved", "user"),
        ("join_request.approved", ["crew"]),
        ("join_request.approved", "user"),
        ("stage.waiting", ["crew"]),
        ("stage.joined", []),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("hand.approved", host, grace)


def test_approving_twice_is_harmless(live_session, grace, host, moderator, limit):
    limit(1)
    hand = raise_hand(live_session, grace)
    first, second = approve(live_session, host, hand), approve(live_session, moderator, hand)
    assert (second.member, StageMember.objects.count(), AuditEntry.objects.count()) == (first.member, 1, 1)


def test_a_full_stage_answers_stage_full_and_leaves_the_hand_pending(live_session, grace, host, limit):
    limit(1)
    add(live_session, host, make_guest("Ben", live_session))
    hand = raise_hand(live_session, grace)
    with pytest.raises(StageFull):
        approve(live_session, host, hand)
    hand.refresh_from_db()
    assert (hand.status, on_stage(live_session)) == ("pending", ["Ben"])
    services.remove(
        actor=as_person(host), session=live_session, identity=str(queries.on_stage(live_session)[0].user_id)
    )
    assert approve(live_session, host, hand).member.user == grace


def test_a_rejected_wish_cannot_be_approved_nor_an_approved_one_rejected(live_session, grace, host):
    hand = raise_hand(live_session, grace)
    reject(live_session, host, hand)
    reject(live_session, host, hand)
    with pytest.raises(AlreadyDecided):
        approve(live_session, host, hand)
    again = raise_hand(live_session, grace)
    approve(live_session, host, again)
    with pytest.raises(AlreadyDecided):
        reject(live_session, host, again)


def test_a_lowered_hand_can_be_neither_approved_nor_rejected(live_session, grace, host):
    hand = raise_hand(live_session, grace)
    services.lower_hand(actor=as_person(grace), session=live_session)
    for decide in (approve, reject):
        with pytest.raises(TakenBack):
            decide(live_session, host, hand)


def test_who_is_on_stage_has_nothing_to_ask_for(live_session, grace, host):
    add(live_session, host, grace)
    with pytest.raises(OnStageAlready):
        raise_hand(live_session, grace)


def test_without_a_stage_nobody_asks_and_nobody_comes_on(live_session, grace, host):
    hand = raise_hand(live_session, grace)
    Session.objects.update(stage_enabled_override=False)
    for attempt in (
        lambda: approve(live_session, host, hand),
        lambda: add(live_session, host, grace),
        lambda: raise_hand(live_session, make_guest("Ben", live_session)),
    ):
        with pytest.raises(StageOff):
            attempt()
    assert on_stage(live_session) == []


def test_a_former_moderator_cannot_approve(live_session, grace, moderator):
    hand = raise_hand(live_session, grace)
    SessionRole.objects.update(removed_at=timezone.now())
    with pytest.raises(NotAllowed):
        approve(live_session, moderator, hand)


def test_a_moderator_whom_the_preset_keeps_from_the_stage_cannot_approve(live_session, grace, moderator, preset):
    hand = raise_hand(live_session, grace)
    preset.moderator_manage_stage = False
    preset.save()
    with pytest.raises(NotAllowed):
        approve(live_session, moderator, hand)


def test_only_people_of_the_session_are_brought_on(live_session, host, co_host, stranger, grace):
    away, banned = make_guest("Away"), make_guest("Banned", live_session)
    Ban.objects.create(session=live_session, user=banned, banned_by=host)
    codes = {}
    for user in (away, banned, stranger, co_host, host):
        with pytest.raises(Invalid) as refused:
            add(live_session, host, user)
        codes[user.username] = refused.value.errors[0].code
    assert codes == {
        "Away": "unknown", "Banned": "unknown", stranger.username: "unknown", "Co": "leads", host.username: "leads",
    }  # fmt: skip
    with pytest.raises(Invalid):
        services.add(actor=as_person(host), session=live_session, identity="nobody")


def test_adding_twice_keeps_what_was_allowed(live_session, grace, host):
    first = add(live_session, host, grace)
    services.change_permissions(
        actor=as_person(host), session=live_session, identity=str(grace.pk), can_publish_video=False
    )
    again = add(live_session, host, grace)
    assert (first.is_new, again.is_new, again.member.can_publish_video) == (True, False, False)


def test_in_the_rehearsal_only_speakers_come_on_stage(session, host, speaker):
    Session.objects.update(backstage_opened_at=timezone.now())
    with pytest.raises(SessionNotLive):
        add(session, host, join(session, make_guest("Ben")))
    assert add(session, host, speaker).is_new
    assert raise_hand(session, give_role(session, make_guest("Two", session), "speaker")).is_pending


def test_at_go_live_hands_are_dropped_and_speakers_stay_on_stage(session, host, speaker):
    Session.objects.update(backstage_opened_at=timezone.now())
    add(session, host, speaker)
    raise_hand(session, give_role(session, make_guest("Two", session), "speaker"))
    locked(session, part.drop_rehearsal)
    assert (list(queries.pending_hands(session)), on_stage(session)) == ([], ["Sue"])


def test_at_the_end_nobody_waits_and_nobody_is_on_stage(live_session, grace, host):
    add(live_session, host, grace)
    services.request_to_join(actor=as_person(make_guest("Ben", live_session)), session=live_session)
    services.hide(actor=as_person(host), session=live_session)
    locked(live_session, part.close)
    assert on_stage(live_session) == [] == list(queries.pending_join_requests(live_session))
    assert not Session.objects.get().is_stage_hidden


def test_clearing_takes_a_person_off_the_stage_and_takes_back_their_requests_and_nobody_elses(
    live_session, grace, host
):
    ben = make_guest("Ben", live_session)
    for person in (grace, ben):
        services.request_to_join(actor=as_person(person), session=live_session)
    locked(live_session, part.clear, grace.pk)
    assert [request.user for request in queries.pending_join_requests(live_session)] == [ben]
    add(live_session, host, grace)
    locked(live_session, part.clear, grace.pk)
    locked(live_session, part.clear, grace.pk)
    assert on_stage(live_session) == []


def test_whoever_leaves_loses_hand_request_and_place(live_session, grace, host):
    raise_hand(live_session, grace)
    services.request_to_join(actor=as_person(grace), session=live_session)
    locked(live_session, withdraw, grace.pk)
    assert list(queries.pending_hands(live_session)) == [] == list(queries.pending_join_requests(live_session))
    add(live_session, host, grace)
    OutboxEvent.objects.all().delete()
    assert locked(live_session, places.take_off, grace.pk).left_stage_at is not None
    assert locked(live_session, places.take_off, grace.pk) is None
    assert told() == [("stage.left", []), ("you.off_stage", "user")]


def test_the_token_is_only_for_people_on_stage(live_session, grace, host):
    with pytest.raises(NotAllowed):
        services.stage_token(actor=as_person(grace), session=live_session)
    add(live_session, host, grace)
    assert services.stage_token(actor=as_person(grace), session=live_session).room_name == str(live_session.pk)
    services.leave(actor=as_person(grace), session=live_session)
    services.leave(actor=as_person(grace), session=live_session)
    with pytest.raises(NotAllowed):
        services.stage_token(actor=as_person(grace), session=live_session)


def test_who_leaves_the_stage_leaves_the_spotlight_and_the_end_brings_the_ordinary_layout(live_session, grace, host):
    def arrange(layout, user=None):
        identity = user and str(user.pk)
        services.change_layout(actor=as_person(host), session=live_session, layout=layout, spotlight_identity=identity)

    def arranged():
        session = Session.objects.get()
        return session.stage_layout, session.spotlight

    add(live_session, host, grace)
    OutboxEvent.objects.all().delete()
    for _ in range(2):
        arrange("spotlight", grace)
    assert arranged() == ("spotlight", grace)
    services.leave(actor=as_person(grace), session=live_session)
    assert arranged() == ("screen", None)
    assert told() == [("stage.layout", []), ("stage.layout", []), ("stage.left", []), ("you.off_stage", "user")]
    arrange("spotlight", host)
    locked(live_session, part.close)
    assert arranged() == ("screen", None)
    entries = AuditEntry.objects.filter(action="stage.arranged").order_by("pk")
    assert [(entry.subject, entry.details["layout"]) for entry in entries] == [
        (grace, "spotlight"),
        (host, "spotlight"),
    ]


def test_hiding_is_for_the_crew_and_told_once(live_session, grace, moderator):
    with pytest.raises(NotAllowed):
        services.hide(actor=as_person(grace), session=live_session)
    for _ in range(2):
        assert services.hide(actor=as_person(moderator), session=live_session).is_stage_hidden
    for _ in range(2):
        assert not services.show(actor=as_person(moderator), session=live_session).is_stage_hidden
    assert told() == [("stage.hidden", []), ("stage.hidden", [])]
    assert [row.data["user_ids"] for row in OutboxEvent.objects.filter(type="rights.changed")] == [None, None]
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["stage.hidden", "stage.shown"]


# — ghosts —


@pytest.fixture
def placed(live_session, grace, host):
    return add(live_session, host, grace).member


def look(session, connected=(), *, after, was_blind=False):
    """What the reconcile does, ``after`` the place was given."""
    now = timezone.now() + after
    locked(session, places.seen_on_stage, connected, now, was_blind=was_blind)


def test_a_lost_connection_keeps_the_place_for_a_while(live_session, grace, placed, settings):
    look(live_session, {grace.pk}, after=timedelta(minutes=10))
    look(live_session, after=timedelta(minutes=10) + settings.STAGE_RETURN / 2)
    assert on_stage(live_session) == ["Grace"]
    look(live_session, after=timedelta(minutes=10) + settings.STAGE_RETURN * 2)
    assert on_stage(live_session) == []


def test_who_never_comes_loses_the_place_later(live_session, placed, settings):
    look(live_session, after=settings.STAGE_ENTRY / 2)
    assert on_stage(live_session) == ["Grace"]
    look(live_session, after=settings.STAGE_ENTRY * 2)
    assert on_stage(live_session) == []
    entry = AuditEntry.objects.get(action="stage.gone")
    assert (entry.actor, entry.subject.username) == (None, "Grace")


def test_after_a_blind_time_nobody_is_a_ghost(live_session, grace, placed, settings):
    look(live_session, {grace.pk}, after=timedelta(0))
    look(live_session, after=timedelta(hours=1), was_blind=True)
    look(live_session, after=timedelta(hours=1) + settings.STAGE_RETURN / 2)
    assert on_stage(live_session) == ["Grace"]


def test_who_became_co_host_needs_no_place(live_session, grace, placed):
    give_role(live_session, grace, "co_host")
    look(live_session, {grace.pk}, after=timedelta(0))
    assert on_stage(live_session) == []
