"""On the real LiveKit: what the stage decides is true there at once."""

import pytest
from django.utils import timezone
from livekit import rtc

from live import reconcile, services
from media.ingests.health import ingest_of
from media.livekit import client as port
from media.livekit.grants import Grant
from sessions.livekit import identities
from sessions.models import StageMember
from sessions.queries import complete_sessions
from sessions.rights.capabilities import capabilities
from sessions.rights.passes import Pass
from stage import services as stage
from stage.models import HandRaise
from tests.conftest import as_person
from tests.livekit import until
from tests.stage.conftest import give_role, join, make_guest

pytestmark = pytest.mark.django_db(transaction=True)
CAMERA, MICROPHONE = rtc.TrackSource.SOURCE_CAMERA, rtc.TrackSource.SOURCE_MICROPHONE


@pytest.fixture
def on_air(livekit, session, host, guest):
    """Live, with its media room and a guest in it."""
    services.go_live(actor=as_person(host), session=session)
    join(session, guest)
    return complete_sessions().get(pk=session.pk)


def tracks(session):
    """Identity → sources of what is published now."""
    people = port.list_participants(session.media_room)
    return {person.identity: {track.source for track in person.tracks} for person in people}


def studio(session, user):
    return identities.studio_token(session, as_person(user), capabilities(as_person(user), session))


def approve(session, guest, host):
    requested = stage.raise_hand(actor=as_person(guest), session=session)
    return stage.approve(
        actor=as_person(host), session=session, kind=HandRaise, request_id=requested.stage_request.pk
    ).member


def publish_both(clients, room):
    clients.publish(room, MICROPHONE)
    clients.publish(room, CAMERA)


def test_the_approved_person_publishes_and_is_off_the_air_at_once_when_removed(on_air, clients, host, guest):
    clients.connect(identities.audience_token(on_air, as_person(guest)))
    approve(on_air, guest, host)
    assert StageMember.objects.get().confirmed_at is not None
    token = stage.stage_token(actor=as_person(guest), session=on_air).livekit_token
    publish_both(clients, clients.connect(token))
    me = str(guest.pk)
    until(lambda: tracks(on_air)[me] == {"camera", "microphone"}, "on the air")
    stage.remove(actor=as_person(host), session=on_air, identity=me)
    until(lambda: me not in tracks(on_air), "the connection is gone")
    assert len(tracks(on_air)) == 1  # the hidden one that watches stays
    clients.connect(token)  # still works: LiveKit knows of no revocation
    reconcile.reconcile_room(on_air.pk)
    until(lambda: me not in tracks(on_air), "removed again")


def test_a_forbidden_microphone_is_taken_down_and_the_camera_stays(on_air, clients, host, guest):
    approve(on_air, guest, host)
    room = clients.connect(stage.stage_token(actor=as_person(guest), session=on_air).livekit_token)
    publish_both(clients, room)
    me = str(guest.pk)
    until(lambda: tracks(on_air)[me] == {"camera", "microphone"}, "on the air")
    change = {"actor": as_person(host), "session": on_air, "identity": me}
    stage.change_permissions(**change, can_publish_audio=False)
    until(lambda: tracks(on_air)[me] == {"camera"}, "the microphone is down")
    stage.change_permissions(**change, can_publish_audio=True)
    clients.publish(room, MICROPHONE)
    until(lambda: tracks(on_air)[me] == {"camera", "microphone"}, "and may come back")


def test_a_speaker_who_is_taken_off_keeps_the_backstage_connection(on_air, clients, host, guest):
    give_role(on_air, guest, "speaker")
    room = clients.connect(studio(on_air, guest))
    assert [person.can_publish for person in port.list_participants(on_air.media_room)] == [False]
    me = str(guest.pk)
    stage.add(actor=as_person(host), session=on_air, identity=me)
    (person,) = port.list_participants(on_air.media_room)
    assert set(person.sources) == {"camera", "microphone", "screen_share", "screen_share_audio"}
    publish_both(clients, room)
    until(lambda: tracks(on_air)[me] == {"camera", "microphone"}, "on the air")
    stage.remove(actor=as_person(host), session=on_air, identity=me)
    until(lambda: tracks(on_air) == {me: set()}, "off the air, still connected")
    assert [person.can_publish for person in port.list_participants(on_air.media_room)] == [False]


def test_a_hidden_stage_takes_everybody_down_and_gives_back_the_rights(on_air, clients, host, guest):
    approve(on_air, guest, host)
    hosts = clients.connect(studio(on_air, host))
    guests = clients.connect(stage.stage_token(actor=as_person(guest), session=on_air).livekit_token)
    clients.connect(ingest_token(on_air))
    for room in (hosts, guests):
        publish_both(clients, room)
    both = {"camera", "microphone"}
    until(lambda: [tracks(on_air)[str(user.pk)] for user in (host, guest)] == [both, both], "both on the air")

    stage.hide(actor=as_person(host), session=on_air)
    nothing = {str(host.pk): set(), str(guest.pk): set()}
    until(lambda: tracks(on_air) == nothing, "all is down, the encoder is cut off")
    token = stage.stage_token(actor=as_person(guest), session=on_air).livekit_token
    assert port_grants(on_air) == {False}
    clients.connect(ingest_token(on_air))
    reconcile.reconcile_room(on_air.pk)
    until(lambda: set(tracks(on_air)) == set(nothing), "the encoder that came back is cut off again")

    stage.show(actor=as_person(host), session=on_air)
    assert port_grants(on_air) == {True}
    for room in (hosts, guests):
        publish_both(clients, room)
    until(lambda: tracks(on_air) == {str(host.pk): both, str(guest.pk): both}, "back on the air")
    assert token


def port_grants(session):
    return {person.can_publish for person in port.list_participants(session.media_room)}


def ingest_token(session):
    return identities.ingest_token(session, ingest_of(session.media_room))


def test_a_grant_that_is_too_narrow_grows(on_air, clients, host):
    narrow = Grant(
        can_publish=True,
        sources=("microphone",),
        can_subscribe=True,
        can_publish_data=False,
        hidden=False,
        room_admin=False,
    )
    token = port.mint_token(
        identity=str(host.pk),
        room=on_air.media_room,
        grant=narrow,
        metadata=Pass.of(as_person(host), on_air).sealed(),
        lifetime=identities.settings.AUDIENCE_TOKEN_LIFETIME,
    )
    clients.connect(token)
    reconcile.reconcile_room(on_air.pk)
    (person,) = port.list_participants(on_air.media_room)
    assert set(person.sources) == {"camera", "microphone", "screen_share", "screen_share_audio"}


def test_a_place_given_while_livekit_was_away_is_confirmed_by_the_reconcile(on_air, host, guest, settings):
    url, settings.LIVEKIT_URL = settings.LIVEKIT_URL, "http://127.0.0.1:9"
    approve(on_air, guest, host)
    assert StageMember.objects.get().confirmed_at is None
    settings.LIVEKIT_URL = url
    reconcile.reconcile_room(on_air.pk)
    assert StageMember.objects.get().confirmed_at is not None


def test_a_ghost_loses_the_place_and_who_is_connected_keeps_it(on_air, clients, host, guest, settings):
    speaker = give_role(on_air, make_guest("Sue", on_air), "speaker")
    approve(on_air, guest, host)
    stage.add(actor=as_person(host), session=on_air, identity=str(speaker.pk))
    clients.connect(studio(on_air, speaker))
    reconcile.reconcile_room(on_air.pk)
    StageMember.objects.update(seen_at=timezone.now() - 2 * settings.STAGE_RETURN)
    reconcile.reconcile_room(on_air.pk)
    assert [member.user for member in StageMember.objects.filter(left_stage_at=None)] == [speaker]


def test_a_speaker_in_the_backstage_gets_the_grant_before_it_is_live(livekit, clients, session, host):
    services.start(actor=as_person(host), session=session)
    session = complete_sessions().get(pk=session.pk)
    speaker = give_role(session, make_guest("Sue", session), "speaker")
    clients.connect(studio(session, speaker))
    stage.add(actor=as_person(host), session=session, identity=str(speaker.pk))
    assert port_grants(session) == {True}
    services.go_live(actor=as_person(host), session=session)
    reconcile.reconcile_room(session.pk)
    assert port_grants(session) == {True}  # on the air with the host
