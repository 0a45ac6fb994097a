"""LiveKit and the database converge: rooms, people, and what they may do."""

from datetime import timedelta

import pytest
from django.utils import timezone
from livekit import rtc

from accounts.models import User
from accounts.person import Person
from live import reconcile, services
from media.livekit import client as port
from media.livekit.grants import Grant
from organizations.keys import grant_of
from organizations.models import APIKey
from realtime.models import OutboxEvent
from sessions.livekit import identities as access
from sessions.models import Attendance, Presence, Session, StageMember
from sessions.people.own_name import change_name
from sessions.people.viewers import viewer_count
from sessions.queries import complete_sessions
from sessions.rights.capabilities import capabilities
from sessions.rights.passes import Pass
from tests.conftest import as_person
from tests.livekit import until

EVERYTHING = Grant(
    can_publish=True,
    sources=("camera", "microphone", "screen_share", "screen_share_audio"),
    can_subscribe=True,
    can_publish_data=True,
    hidden=False,
    room_admin=False,
)


@pytest.fixture
def on_air(livekit, session, host):
    """Live, with its media room."""
    services.go_live(actor=as_person(host), session=session)
    return complete_sessions().get(pk=session.pk)


def studio(session, user):
    return access.studio_token(session, as_person(user), capabilities(as_person(user), session))


def token(session, identity, grant=EVERYTHING, *, person=None):
    """A token for any connection; with ``person`` as if theirs had been made so."""
    metadata = Pass.of(as_person(person), session).sealed() if person else ""
    return port.mint_token(
        identity=identity, room=session.media_room, grant=grant, metadata=metadata, lifetime=timedelta(minutes=5)
    )


def identities(session):
    return {person.identity for person in port.list_participants(session.media_room)}


def names(session):
    return {person.name for person in port.list_participants(session.media_room) if not person.hidden}


def test_crew_and_audience_stay_and_are_present(on_air, clients, host, guest):
    services.join(actor=as_person(guest), session=on_air)
    clients.connect(studio(on_air, host))
    clients.connect(access.audience_token(on_air, as_person(guest)))
    clients.connect(access.audience_token(on_air, as_person(guest)))
    before = identities(on_air)
    reconcile.reconcile_room(on_air.pk)
    assert (identities(on_air), len(before)) == (before, 3)
    assert set(Presence.objects.values_list("user", "role")) == {(host.pk, "host"), (guest.pk, "audience")}
    assert viewer_count(on_air) == 1
    assert Session.objects.get().max_viewers == 1


def test_an_attendance_lasts_as_long_as_the_connection(on_air, clients, guest):
    old = timezone.now() - timedelta(minutes=9)
    Attendance.objects.create(session=on_air, user=guest, joined_at=old, last_seen_at=old, present_since=old)
    clients.connect(access.audience_token(on_air, as_person(guest)))
    reconcile.reconcile_room(on_air.pk)
    assert (Attendance.objects.get().present_since, Attendance.objects.get().left_at) == (old, None)


def test_whoever_left_is_not_present(on_air, clients, guest):
    room = clients.connect(access.audience_token(on_air, as_person(guest)))
    reconcile.reconcile_room(on_air.pk)
    clients.run(room.disconnect())
    until(lambda: identities(on_air) == set(), "LiveKit noticed")
    reconcile.reconcile_room(on_air.pk)
    assert Presence.objects.count() == 0


def test_a_connection_is_called_like_its_account_also_when_the_name_changed_since(
    on_air, clients, host, guest, tasks_at_once, django_capture_on_commit_callbacks
):
    """The rename itself tells LiveKit; what failed then, or came back with an old token, is put right by the look."""
    StageMember.objects.create(session=on_air, user=guest)
    Attendance.objects.create(session=on_air, user=guest)
    old = studio(on_air, guest)
    clients.connect(old)
    clients.connect(studio(on_air, host))
    clients.connect(access.audience_token(on_air, as_person(guest)))
    until(lambda: names(on_air) == {"Grace", "acme owner"}, "both are there")
    with django_capture_on_commit_callbacks(execute=True):
        change_name(actor=as_person(guest), session=on_air, name="Ada")
    until(lambda: names(on_air) == {"Ada", "acme owner"}, "LiveKit was told")
    clients.connect(old)
    until(lambda: names(on_air) == {"Grace", "acme owner"}, "back with the token of before")
    reconcile.reconcile_room(on_air.pk)
    until(lambda: names(on_air) == {"Ada", "acme owner"}, "put right")


def test_who_has_no_rights_is_removed(on_air, clients, host, guest, member):
    inactive = User.objects.create_user(username="Gone", is_guest=True, is_active=False)
    clients.connect(studio(on_air, host))
    for identity, person in (
        ("somebody", guest),
        (str(guest.pk), guest),  # audience, as if it were on stage
        (str(member.pk), member),
        (f"{guest.pk}:tab", guest),  # audience with everything allowed
        (f"{inactive.pk}:tab", inactive),
        ("01890000-0000-7000-8000-000000000000:tab", guest),  # no such account
    ):
        clients.connect(token(on_air, identity, person=person))
    for identity, person in (
        (f"{inactive.pk}:quiet", inactive),
        (f"{guest.pk}:without-a-pass", None),
        (f"{guest.pk}:with-a-pass-of-another", host),
        (f"monitor:{guest.pk}:no-host", guest),
        (f"monitor:{host.pk}:without-a-pass", None),
        ("monitor:nameless", host),
    ):
        clients.connect(token(on_air, identity, access.audience_grant(), person=person))
    assert len(identities(on_air)) == 13
    reconcile.reconcile_room(on_air.pk)
    until(lambda: identities(on_air) == {str(host.pk)}, "only the host stays")
    assert [row.user for row in Presence.objects.all()] == [host]


def test_a_removed_person_with_a_token_is_removed_again(on_air, clients, guest):
    for _ in range(2):
        clients.connect(token(on_air, str(guest.pk), person=guest))
        reconcile.reconcile_room(on_air.pk)
        until(lambda: identities(on_air) == set(), "gone")


def test_helpers_stay_and_are_nobody(on_air, clients, host):
    clients.connect(access.monitor_token(on_air, as_person(host)))
    reconcile.reconcile_room(on_air.pk)
    assert (len(identities(on_air)), Presence.objects.count()) == (1, 0)


def test_a_key_speaks_for_its_person_in_the_studio(on_air, clients, member, tenant):
    key = APIKey.objects.create(
        organization=tenant.organization, acts_as=member, name="k", prefix="k", key_hash="k", scopes=["sessions"]
    )
    allowed = capabilities(Person(user=member, api_key=grant_of(key)), on_air)
    clients.connect(access.studio_token(on_air, Person(user=member, api_key=grant_of(key)), allowed))
    reconcile.reconcile_room(on_air.pk)
    assert identities(on_air) == {str(member.pk)}
    APIKey.objects.update(revoked_at=timezone.now())
    reconcile.reconcile_room(on_air.pk)
    until(lambda: identities(on_air) == set(), "a revoked key speaks for nobody")


def test_the_audience_is_not_in_the_backstage(livekit, clients, session, host, guest):
    services.start(actor=as_person(host), session=session)
    session = complete_sessions().get(pk=session.pk)
    clients.connect(access.audience_token(session, as_person(guest)))
    clients.connect(access.audience_token(session, as_person(host)))
    reconcile.reconcile_room(session.pk)
    until(lambda: [i.partition(":")[0] for i in identities(session)] == [str(host.pk)], "the guest is out")


def test_a_studio_grant_that_is_too_wide_is_narrowed(on_air, clients, host):
    Session.objects.update(preset_copy={**on_air.preset_copy, "host_camera_enabled": False})
    room = clients.connect(token(on_air, str(host.pk), person=host))
    clients.publish(room, rtc.TrackSource.SOURCE_CAMERA)
    clients.publish(room)
    reconcile.reconcile_room(on_air.pk)
    (person,) = until(
        lambda: [p for p in port.list_participants(on_air.media_room) if len(p.tracks) == 1], "the camera is down"
    )
    assert (person.tracks[0].source, person.can_publish_data) == ("microphone", False)
    assert set(person.sources) == {"microphone", "screen_share", "screen_share_audio"}


def test_a_room_that_livekit_forgot_comes_back(on_air):
    port.delete_room(on_air.media_room)
    reconcile.reconcile_open_sessions()
    assert [room.name for room in port.list_rooms()] == [on_air.media_room]


def test_a_backstage_wanted_while_livekit_was_down_comes_later(livekit, session):
    Session.objects.update(backstage_opened_at=timezone.now())
    reconcile.reconcile_open_sessions()
    assert [room.name for room in port.list_rooms()] == [session.media_room]
    assert Session.objects.get().media_confirmed_at is not None


def test_rooms_of_closed_and_deleted_sessions_go_and_foreign_rooms_stay(livekit, session, room, preset):
    deleted = Session.objects.create(room=room, preset=preset, title="D", deleted_at=timezone.now())
    foreign = ["somebody-elses", "01890000-0000-7000-8000-000000000000"]
    for name in (session.media_room, deleted.media_room, *foreign):
        port.ensure_room(name)
    reconcile.reconcile_open_sessions()
    assert sorted(found.name for found in port.list_rooms()) == sorted(foreign)


def test_reconciling_a_closed_session_closes_its_room(livekit, session):
    port.ensure_room(session.media_room)
    reconcile.reconcile_room(session.pk)
    assert port.list_rooms() == []


def test_while_livekit_is_down_it_is_quiet_and_changes_nothing(livekit_down, live_session):
    before = Session.objects.values().get()
    reconcile.reconcile_open_sessions()
    reconcile.reconcile_quietly(live_session.pk)
    assert Session.objects.values().get() == before


def test_crew_and_publishers_keep_it_from_being_abandoned(on_air, clients, host):
    old = timezone.now() - timedelta(minutes=14)
    Session.objects.update(last_active_at=old, idle_warned_at=old)
    OutboxEvent.objects.all().delete()
    reconcile.reconcile_room(on_air.pk)
    assert Session.objects.get().last_active_at == old
    clients.connect(studio(on_air, host))
    reconcile.reconcile_room(on_air.pk)
    row = Session.objects.get()
    assert (row.last_active_at > old, row.idle_warned_at) == (True, None)
    assert [(event.type, event.data) for event in OutboxEvent.objects.all()] == [("session.idle", {"ends_at": None})]


def test_after_a_blind_time_the_idle_clock_starts_anew(on_air):
    old = timezone.now() - timedelta(hours=3)
    Session.objects.update(last_active_at=old, media_confirmed_at=old)
    reconcile.reconcile_room(on_air.pk)
    assert Session.objects.get().last_active_at > old
    assert services.close_abandoned() == []


def test_an_abandoned_session_ends_and_its_room_goes(on_air, settings):
    Session.objects.update(last_active_at=timezone.now() - settings.ABANDONED_LIVE_AFTER)
    assert services.close_abandoned() == [on_air.pk]
    assert (Session.objects.get().status, port.list_rooms()) == ("ended", [])


def test_nothing_is_judged_abandoned_while_livekit_is_unseen(live_session, settings):
    old = timezone.now() - timedelta(hours=1)
    Session.objects.update(last_active_at=old, media_confirmed_at=old)
    assert services.close_abandoned() == []
    assert Session.objects.get().status == "live"


def test_when_the_host_is_gone_camera_and_microphone_are_off(on_air, clients, host):
    Session.objects.update(host_video_enabled=True, host_audio_enabled=True)
    OutboxEvent.objects.all().delete()
    room = clients.connect(studio(on_air, host))
    reconcile.reconcile_room(on_air.pk)
    assert OutboxEvent.objects.count() == 0
    clients.run(room.disconnect())
    until(lambda: identities(on_air) == set(), "LiveKit noticed")
    reconcile.reconcile_room(on_air.pk)
    reconcile.reconcile_room(on_air.pk)
    row = Session.objects.get()
    assert (row.host_video_enabled, row.host_audio_enabled) == (False, False)
    told = [(event.type, event.data) for event in OutboxEvent.objects.all()]
    assert told == [("host.video", {"enabled": False}), ("host.audio", {"enabled": False})]


def test_only_overdue_sessions_expire(session, room, preset, settings):
    long_ago = timezone.now() - settings.EXPIRE_AFTER - timedelta(minutes=1)
    overdue = Session.objects.create(room=room, preset=preset, title="Old", scheduled_start_time=long_ago)
    Session.objects.create(
        room=room, preset=preset, title="Open", scheduled_start_time=long_ago, backstage_opened_at=timezone.now()
    )
    assert services.expire_overdue() == [overdue.pk]
