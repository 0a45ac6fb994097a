"""Every common pool × one person and one organization that want all of it: another one is still served.

``POOLS`` is the table. A row takes all that it can get for the greedy, then asks once for somebody else.
"""

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.tasks import send_password_reset
from mails.places import sending_invitations
from media import disk
from media.engines.gateway.configuration import Limits, Listen
from media.engines.gateway.server import RtmpServer, network_of
from media.livekit import client as livekit
from media.livekit.client import Participant
from media.models import Capture
from polls.models import Poll
from polls.services import FOR_THE_CREW, MOST_POLLS
from realtime.brokers import Position
from realtime.brokers.memory import MemoryBroker
from realtime.events import everyone_in, personal
from realtime.models import OutboxEvent
from realtime.outbox import drain
from recordings.models import Recording
from recordings.processing import pipeline
from recordings.processing.due import in_turn, waiting
from recordings.processing.locks import working_on
from rooms.models import Preset, Room
from sessions.errors import TooManyConnections
from sessions.livekit import limits as media_places
from sessions.models import Session
from sessions.people.invitations import make as invite
from sessions.people.services import deliver_due
from sockets.limits import ConnectionCounts, origin_of
from tests.conftest import API, client_for
from tests.hls.watched import came_in
from tests.ports import free_port
from webinar.serve import readers as module
from webinar.serve.readers import Readers

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class World:
    """Two organizations, whose sessions are live when they are asked for."""

    settings: object
    greedy: object
    other: object
    monkeypatch: object
    made: int = 0

    def live(self, tenant, host=None):
        self.made += 1
        host, now = host or tenant.owner, timezone.now()
        room = Room.objects.create(host=host, library=tenant.library, slug=f"room-{self.made}", title="A room")
        return Session.objects.create(
            room=room, preset=tenant.preset, title="A talk", status="live", started_at=now, backstage_opened_at=now
        )

    def guest(self, session=None):
        self.made += 1
        user = User.objects.create_user(username=f"Guest {self.made}", is_guest=True)
        return came_in(user, session) if session else user


def status(user, session, operation, body=None):
    reply = client_for(user).post(f"{API}/sessions/{session.pk}/{operation}", body or {}, format="json")
    return reply.status_code


def captures_by_viewers(world):
    """One guest asks for HLS everywhere."""
    viewer = world.guest()
    for tenant in (world.greedy, world.other):
        for _ in range(2):
            session = world.live(tenant)
            status(came_in(viewer, session), session, "hls")
    other = world.live(world.other)
    return status(world.guest(other), other, "hls") == 200


def captures_by_many_viewers(world):
    """Guests without number ask for HLS in an organization's sessions; another organization records."""
    for _ in range(4):
        session = world.live(world.greedy)
        status(world.guest(session), session, "hls")
    return status(world.other.owner, world.live(world.other), "recordings/start") == 201


def captures_by_host(world):
    """One host records everything; a colleague one session."""
    for _ in range(3):
        status(world.greedy.owner, world.live(world.greedy), "recordings/start")
    world.settings.CAPTURES_PER_ORGANIZATION = world.settings.CAPTURE_LIMIT
    colleague = world.greedy.member
    return status(colleague, world.live(world.greedy, colleague), "recordings/start") == 201


def captures_by_organization(world):
    """All members of an organization record everything."""
    for host in (world.greedy.owner, world.greedy.member) * 2:
        status(host, world.live(world.greedy, host), "recordings/start")
    assert Recording.objects.count() > 0
    return status(world.other.owner, world.live(world.other), "recordings/start") == 201


def file_readers(world):
    """One address opens timelines without reading them."""

    async def fill():
        readers = Readers()
        for _ in range(500):
            readers.enter("192.0.2.1", most=400, most_of_one=100)
        assert len(readers) == 100
        for number in range(500):  # and then many addresses
            readers.enter(f"2001:db8:0:{number:x}::/64", most=400, most_of_one=100)
        world.monkeypatch.setattr(module, "STILL", 0.0)  # none of them takes anything
        return readers.enter("198.51.100.1", most=400, most_of_one=100) is not None

    return asyncio.run(fill())


def sockets(world):
    """One person, and one address, open sockets without end."""
    connection_counts, session = ConnectionCounts(), uuid4()
    greedy = origin_of({"client": ("2001:db8::1", 1)})
    same = origin_of({"client": ("2001:db8::ffff", 2)})
    taken = sum(connection_counts.enter(("address", origin), 600) for origin in (greedy, same) for _ in range(700))
    mine = sum(connection_counts.enter((1, session), world.settings.SOCKETS_PER_USER) for _ in range(50))
    assert (taken, mine) == (600, world.settings.SOCKETS_PER_USER)
    return connection_counts.enter(("address", "198.51.100.1"), 600) and connection_counts.enter((2, session), 10)


def media_connections(world):
    """One guest connects to LiveKit again and again."""
    session = world.live(world.greedy)
    greedy, other = world.guest(session), world.guest(session)
    removed = []
    world.monkeypatch.setattr(livekit, "remove_participant", lambda room, identity: removed.append(identity))
    began = datetime(2030, 1, 1, tzinfo=UTC)

    def connection(user, number):
        return Participant(
            identity=f"{user.pk}:{number}",
            sid=f"PA_{number}",
            name="",
            joined_at=began + timedelta(seconds=number),
            is_publisher=False,
            hidden=True,
            can_publish=False,
            can_publish_data=False,
            sources=(),
            tracks=(),
        )

    people = [connection(greedy, number) for number in range(25)] + [connection(other, 99)]
    staying = media_places.remove_surplus(session, people)
    assert [person.identity for person in staying] == [f"{greedy.pk}:{n}" for n in range(5)] + [f"{other.pk}:99"]
    assert len(removed) == 20
    with pytest.raises(TooManyConnections):
        media_places.check_place(session, greedy)
    media_places.check_place(session, other)
    return status(greedy, session, "join") == 429 and status(other, session, "join") == 200


def rtmp_connections(world):
    """Peers of many addresses connect and never show a key."""

    class Authorizer:
        def log(self, *args, **fields):
            """Nobody listens."""

    async def fill():
        limits = Limits(connections=5, unaccepted=6, unaccepted_per_address=2, handshake_seconds=600)
        server = RtmpServer(Listen("127.0.0.1", free_port()), limits, Authorizer())
        port = await server.start()
        sources = [f"127.0.0.{2 + number // 4}" for number in range(40)]
        peers = [await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)) for source in sources]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.1.1", 0))
        writer.write(b"\x03" + bytes(1536))  # C0 and C1 of the handshake (RTMP 1.0, §5.2)
        answer = await asyncio.wait_for(reader.readexactly(1 + 1536), 60)
        for _reader, each in [*peers, (reader, writer)]:
            each.close()
        await server.stop()
        return answer[:1] == b"\x03"

    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:0:1::1")
    return asyncio.run(fill())


def polls(world):
    """One of the audience, then all of it, make polls where the preset lets them."""
    session = world.live(world.greedy)
    Preset.objects.update(audience_poll_create=True)
    guest, other = world.guest(session), world.guest(session)
    body = {"question": "Shall we?", "options": ["Yes", "No"]}
    made = Poll.objects.bulk_create(
        Poll(
            session=session,
            created_by=guest,
            role="audience",
            question="?",
            launched_at=timezone.now(),
            closed_at=timezone.now(),
        )
        for _ in range(world.settings.POLLS_PER_PERSON)
    )
    assert status(guest, session, "polls", body) == 409
    assert status(other, session, "polls", body) == 201
    extra = MOST_POLLS - FOR_THE_CREW - len(made) - 1
    Poll.objects.bulk_create(
        Poll(
            session=session,
            created_by=world.guest(),
            role="audience",
            question="?",
            launched_at=timezone.now(),
            closed_at=timezone.now(),
        )
        for _ in range(extra)
    )
    assert status(other, session, "polls", body) == 409
    return status(world.greedy.owner, session, "polls", body) == 201


def stopped(world, tenant, count, host=None):
    """Recordings that wait to be processed."""
    now = timezone.now()
    for _ in range(count):
        session = world.live(tenant, host)
        capture = Capture.objects.create(room=session.media_room, wanted=False, state=Capture.State.ENDED)
        Recording.objects.create(
            session=session, capture=capture, name="A talk", phase="processing", stopped_at=now, created_at=now
        )


def processing(world):
    """An organization stops recordings without number, then another one stops one."""
    world.settings.PROCESSING_LIMIT = 2
    stopped(world, world.greedy, 6)
    stopped(world, world.other, 1)
    worked_on = []

    def work(recording_id, report):
        recording = Recording.objects.get(pk=recording_id)
        worked_on.append(recording.session.room.library.organization)
        if len(worked_on) < 4:
            pipeline.process_next()  # another worker, while this one is at it
        return recording

    world.monkeypatch.setattr(pipeline, "_process", work)
    assert pipeline.process_next() is not None
    return worked_on == [world.greedy.organization, world.other.organization]


def processing_of_a_host(world):
    """A host stops recordings without number, then a colleague stops one, then another organization."""
    stopped(world, world.greedy, 6)
    stopped(world, world.greedy, 2, world.greedy.member)
    stopped(world, world.other, 2)
    hosts = [recording.session.room.host for recording in in_turn(waiting())]
    greedy, colleague, other = world.greedy.owner, world.greedy.member, world.other.owner
    return hosts == [greedy, other, colleague, other, greedy, colleague, greedy, greedy, greedy, greedy]


def trimmed_files(world):
    """All places but one are an organization's own; it wants the last one too."""
    world.settings.PROCESSING_LIMIT = 3
    greedy, other = world.greedy.organization.pk, world.other.organization.pk
    with ExitStack() as stack:
        taken = [stack.enter_context(working_on(uuid4(), greedy)) for _ in range(5)]
        assert taken == [True, True, False, False, False]
        return stack.enter_context(working_on(uuid4(), other))


def room_for_recordings(world):
    """An organization fills the disk with recordings."""
    world.settings.DISK_RESERVE = 0
    world.monkeypatch.setattr(disk, "free_bytes", lambda folder=None: 20_000)
    stopped(world, world.greedy, 1)
    Recording.objects.update(phase="done", status="completed", file_path="a.mp4", file_size=90_000)
    greedy, other = world.live(world.greedy), world.live(world.other)
    assert status(world.greedy.owner, greedy, "recordings/start") == 409
    Recording.objects.update(file_size=70_000)
    assert status(world.greedy.owner, greedy, "recordings/start") == 201
    world.settings.STORAGE_PER_ORGANIZATION = 70_000
    assert status(world.greedy.member, world.live(world.greedy, world.greedy.member), "recordings/start") == 409
    return status(world.other.owner, other, "recordings/start") == 201


def mails(world):
    """A host invites many; the mail server takes its time."""
    greedy, other = world.live(world.greedy), world.live(world.other)
    for number in range(40):
        invite(greedy, name=f"Guest {number}", email=f"{number}@example.org", role="speaker", by=world.greedy.owner)
    invite(other, name="Grace", email="grace@example.org", role="speaker", by=world.other.owner)
    with sending_invitations() as mine, sending_invitations() as another_thread:
        assert (mine, another_thread) == (True, False)
        # Mails about accounts, and all other work, have threads that invitations never take.
        send_password_reset.apply([world.other.owner.email])
        assert [each.to for each in mail.outbox] == [[world.other.owner.email]]
        deliver_due()
    return ["grace@example.org"] in [each.to for each in mail.outbox] and len(mail.outbox) < 30


def events(world):
    """A session tells without end: on one topic, and on those of many people."""
    greedy, other = uuid4(), uuid4()
    topics = [everyone_in(greedy)] * 600 + [personal(uuid4(), greedy) for _ in range(600)]
    rows = [OutboxEvent(topic=topic, type="test", data={"n": n}) for n, topic in enumerate(topics)]
    OutboxEvent.objects.bulk_create([*rows, OutboxEvent(topic=everyone_in(other), type="test", data={})])
    broker = MemoryBroker(history=10)
    heard, turns = [], iter([True])
    world.monkeypatch.setattr("realtime.outbox.get_broker", lambda: broker)
    for topic in {*topics, everyone_in(other)}:
        async_to_sync(broker.subscribe)(topic, heard.append)
    drain(lambda: next(turns, False))  # one batch
    came_along = [message.topic for message in heard[:2]] == [everyone_in(greedy), everyone_in(other)]
    drain()
    numbers = [json.loads(message.text)["data"].get("n") for message in heard]
    assert [n for n in numbers if n is not None] == list(range(1200))
    assert broker.history(everyone_in(greedy), Position("", 0)) is None  # it keeps the last ones only
    return came_along


POOLS = [
    captures_by_viewers,
    captures_by_many_viewers,
    captures_by_host,
    captures_by_organization,
    file_readers,
    sockets,
    media_connections,
    rtmp_connections,
    polls,
    processing,
    processing_of_a_host,
    trimmed_files,
    room_for_recordings,
    mails,
    events,
]


@pytest.mark.parametrize("pool", POOLS, ids=lambda pool: pool.__name__)
def test_whoever_wants_all_of_a_pool_leaves_something_for_the_others(
    pool, tenant, other_tenant, settings, tmp_path, monkeypatch
):
    settings.CAPTURE_LIMIT, settings.CAPTURE_DIR, settings.PROCESSING_DIR = 2, tmp_path, tmp_path / "processing"
    assert pool(World(settings, tenant, other_tenant, monkeypatch))
