"""Bans and removals reach every connection: sockets, and LiveKit with tokens of before."""

import threading

import pytest
from django.db import connections

from accounts.models import Device, DeviceUse, User
from core.errors import NotAllowed
from live import reconcile, services
from live.services import moderating
from media.livekit import client as port
from realtime.models import OutboxEvent
from sessions.livekit import identities as access
from sessions.models import Attendance, Ban, StageMember
from sessions.queries import complete_sessions
from stage.models import HandRaise
from tests.conftest import as_person
from tests.livekit import until


@pytest.fixture
def on_air(transactional_db, livekit, session, host):
    services.go_live(actor=as_person(host), session=session)
    return complete_sessions().get(pk=session.pk)


@pytest.fixture
def attendee(session, guest):
    Attendance.objects.create(session=session, user=guest)
    return guest


def identities(session):
    return {person.identity for person in port.list_participants(session.media_room)}


def test_a_ban_ends_every_media_connection_at_once_and_the_old_token_opens_nothing_again(
    on_air, clients, host, attendee
):
    bystander = User.objects.create_user(username="Bystander", is_guest=True)
    Attendance.objects.create(session=on_air, user=bystander)
    tokens = [access.audience_token(on_air, as_person(attendee)) for _ in range(2)]
    staying = access.audience_token(on_air, as_person(bystander))
    for token in (*tokens, staying):
        clients.connect(token)
    until(lambda: len(identities(on_air)) == 3, "all are connected")
    moderating.ban(actor=as_person(host), session=on_air, user_id=attendee.pk)
    until(lambda: {each.partition(":")[0] for each in identities(on_air)} == {str(bystander.pk)}, "the banned are gone")

    clients.connect(tokens[0])  # LiveKit itself knows of no ban
    reconcile.reconcile_room(on_air.pk)
    until(lambda: {each.partition(":")[0] for each in identities(on_air)} == {str(bystander.pk)}, "gone again")
    assert not Attendance.objects.filter(user=attendee, present_since__isnull=False).exists()


def test_somebody_on_stage_is_off_the_air_with_the_ban(on_air, clients, host, attendee):
    StageMember.objects.create(session=on_air, user=attendee)
    session = complete_sessions().get(pk=on_air.pk)
    room = clients.connect(access.studio_token(session, as_person(attendee), _rights(session, attendee)))
    clients.publish(room)
    moderating.ban(actor=as_person(host), session=on_air, user_id=attendee.pk)
    until(lambda: identities(on_air) == set(), "off the air")
    assert StageMember.objects.get().left_stage_at is not None


def _rights(session, user):
    from sessions.rights.capabilities import capabilities

    return capabilities(as_person(user), session)


def test_whoever_shares_the_browser_is_disconnected_too(on_air, clients, host, attendee):
    same = User.objects.create_user(username="Same", is_guest=True)
    Attendance.objects.create(session=on_air, user=same)
    device = Device.objects.create()
    for user in (attendee, same, host):
        DeviceUse.objects.create(device=device, user=user)
    clients.connect(access.audience_token(on_air, as_person(same)))
    clients.connect(access.studio_token(on_air, as_person(host), _rights(on_air, host)))
    moderating.ban(actor=as_person(host), session=on_air, user_id=attendee.pk)
    until(lambda: identities(on_air) == {str(host.pk)}, "only the host is left")


def test_kicking_ends_the_connections_and_the_same_token_may_come_back(on_air, clients, host, attendee):
    token = access.audience_token(on_air, as_person(attendee))
    clients.connect(token)
    clients.connect(access.monitor_token(on_air, as_person(host)))
    moderating.kick(actor=as_person(host), session=on_air, user_id=attendee.pk)
    until(lambda: len(identities(on_air)) == 1, "removed; the monitor stays")
    clients.connect(token)
    reconcile.reconcile_room(on_air.pk)
    assert len(identities(on_air)) == 2


def test_a_ban_counts_while_livekit_is_down(
    livekit_down, live_session, host, guest, django_capture_on_commit_callbacks
):
    Attendance.objects.create(session=live_session, user=guest)
    with django_capture_on_commit_callbacks(execute=True):
        moderating.ban(actor=as_person(host), session=live_session, user_id=guest.pk)
    with django_capture_on_commit_callbacks(execute=True):
        moderating.kick(actor=as_person(host), session=live_session, user_id=guest.pk)
    assert Ban.objects.count() == 1


def test_a_ban_takes_back_what_was_requested(live_session, host, guest):
    Attendance.objects.create(session=live_session, user=guest)
    HandRaise.objects.create(session=live_session, user=guest)
    moderating.ban(actor=as_person(host), session=live_session, user_id=guest.pk)
    assert HandRaise.objects.get().taken_back_at is not None
    assert "hand.lowered" in OutboxEvent.objects.values_list("type", flat=True)


@pytest.mark.django_db(transaction=True)
def test_two_who_ban_the_same_person_at_once_make_one_ban(live_session, host, guest):
    Attendance.objects.create(session=live_session, user=guest)
    gate, results = threading.Barrier(4), []

    def work():
        gate.wait()
        try:
            results.append(moderating.ban(actor=as_person(host), session=live_session, user_id=guest.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.is_new for result in results) == [False, False, False, True]
    assert Ban.objects.count() == 1
    assert OutboxEvent.objects.filter(type="you.banned").count() == 1


def test_rights_are_asked_again_under_the_lock(live_session, guest, member):
    Attendance.objects.create(session=live_session, user=guest)
    for work in (moderating.ban, moderating.kick, moderating.unban):
        with pytest.raises(NotAllowed):
            work(actor=as_person(member), session=live_session, user_id=guest.pk)
    assert Ban.objects.count() == 0
