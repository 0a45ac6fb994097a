"""The supervisor's part for encoders, with another engine behind the port and an authorizer of the tests' own."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from media.ingests.health import ingest_health, ingest_of
from media.ingests.port import (
    Ended,
    Health,
    IngestWarning,
    Interrupted,
    Publishing,
    PublishWanted,
    Resumed,
    TokenWanted,
    VideoFacts,
)
from media.ingests.supervisor import Admission, Ingests, Refusal
from media.models import Ingest

pytestmark = pytest.mark.django_db
ROOM = "lecture"
KEY = "sk_very-secret"


class DoubleEngine:
    """An engine that only remembers what it is told."""

    def __init__(self, on_event, on_exit):
        self.emit, self.exit = on_event, on_exit
        self.commands = []

    def start(self):
        self.commands.append(("start",))

    def accept(self, connection, *, ingest, whip_url, token):
        self.commands.append(("accept", connection, ingest, whip_url, token))

    def refuse(self, connection, *, description, code=""):
        self.commands.append(("refuse", connection, description))

    def drop(self, ingest, *, description):
        self.commands.append(("drop", ingest, description))

    def give_token(self, ingest, *, whip_url, token):
        self.commands.append(("token", ingest, token))

    def stop(self, seconds):
        self.commands.append(("stop", seconds))
        return 0


class DoubleAuthorizer:
    """Knows one key."""

    def __init__(self):
        self.claim = "first"
        self.ended = {}
        self.lets_back = True

    def admit(self, *, ingest_key, address):
        if ingest_key == "broken":
            raise RuntimeError(ingest_key)
        if ingest_key != KEY:
            return Refusal("Unknown.")
        return Admission(ROOM, self.claim, "http://whip", f"token-{self.claim}")

    def renew(self, room):
        return Admission(room, self.claim, "http://whip", "another") if self.lets_back else None

    def dismissed(self, claims):
        return {room: sentence for room, sentence in self.ended.items() if room in claims}


class Bench:
    def __init__(self):
        self.engines = []
        self.now = 1000.0
        self.authorizer = DoubleAuthorizer()
        self.part = Ingests(self._make, self.authorizer, lambda: self.now)
        self.part.tick()

    def _make(self, on_event, on_exit):
        self.engines.append(DoubleEngine(on_event, on_exit))
        return self.engines[-1]

    @property
    def engine(self):
        return self.engines[-1]

    @property
    def ingest(self):
        return str(ingest_of(ROOM).pk)

    def publish(self):
        """An encoder comes with the right key and streams."""
        self.engine.emit(PublishWanted("publish_wanted", 1.0, "c1", "192.0.2.7", "live", KEY))
        video = VideoFacts("h264", 1280, 720, 30.0, "OBS")
        self.engine.emit(Publishing("publishing", 1.0, self.ingest, "c1", video, None, "passthrough"))


@pytest.fixture
def bench():
    return Bench()


def row():
    return Ingest.objects.get(room=ROOM)


def health(ingest, warnings=()):
    return Health(
        "health", 1.0, ingest, 2500.0, 128.0, 30.0, 1280, 720, "h264", 2.0, False, True, time.time(), "passthrough", 0.02,
        0, True, True, list(warnings),
    )  # fmt: skip


def test_the_right_key_is_accepted_and_the_stream_is_written_down(bench):
    bench.publish()
    assert bench.engine.commands == [("start",), ("accept", "c1", bench.ingest, "http://whip", "token-first")]
    assert (row().state, row().reason) == ("publishing", "")
    since = row().publishing_since
    assert since is not None
    bench.engine.emit(Interrupted("interrupted", 2.0, bench.ingest, "connection_lost"))
    assert (row().state, row().reason) == ("interrupted", "connection_lost")
    bench.engine.emit(Resumed("resumed", 3.0, bench.ingest, "c2"))
    assert (row().state, row().reason, row().publishing_since) == ("publishing", "", since)
    bench.engine.emit(Ended("ended", 4.0, bench.ingest, "unpublished"))
    assert (row().state, row().reason, row().publishing_since) == ("waiting", "unpublished", None)


def test_a_wrong_key_is_refused_and_leaves_no_row(bench):
    bench.engine.emit(PublishWanted("publish_wanted", 1.0, "c1", "192.0.2.7", "live", "sk_wrong"))
    assert bench.engine.commands[1:] == [("refuse", "c1", "Unknown.")]
    assert Ingest.objects.count() == 0


def test_an_authorizer_that_fails_leaves_no_key_in_the_log(bench, caplog):
    caplog.set_level("DEBUG")
    bench.engine.emit(PublishWanted("publish_wanted", 1.0, "c1", "192.0.2.7", "live", "broken"))
    assert "Checking an encoder failed" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "broken" not in caplog.text


def test_health_can_be_read_with_facts_and_the_figures_of_its_warnings(bench):
    bench.publish()
    assert ingest_health(ROOM) is None
    bench.engine.emit(IngestWarning("warning", 2.0, bench.ingest, "keyframe_interval", seconds=8.0))
    bench.engine.emit(health(bench.ingest, ["keyframe_interval"]))
    found = ingest_health(ROOM)
    assert (found.health.video_kbps, found.video.encoder) == (2500.0, "OBS")
    assert found.details["keyframe_interval"].seconds == 8.0
    bench.engine.emit(health(bench.ingest))
    assert ingest_health(ROOM).details == {}
    bench.engine.emit(Ended("ended", 4.0, bench.ingest, "unpublished"))
    assert ingest_health(ROOM) is None


def test_a_stream_that_must_not_go_on_is_dropped(bench):
    bench.publish()
    bench.part.tick()
    assert len(bench.engine.commands) == 2
    bench.authorizer.ended = {ROOM: "It is over."}
    bench.part.tick()
    bench.part.tick()
    assert bench.engine.commands[2:] == [("drop", bench.ingest, "It is over.")]
    bench.engine.emit(Ended("ended", 4.0, bench.ingest, "dropped"))
    assert (row().state, row().reason) == ("waiting", "dropped")


def test_an_encoder_with_a_new_key_is_not_kept_out_by_one_with_the_old_key(bench):
    bench.publish()
    bench.authorizer.claim = "second"
    bench.engine.emit(PublishWanted("publish_wanted", 1.0, "c2", "192.0.2.7", "live", KEY))
    assert [command[0] for command in bench.engine.commands] == ["start", "accept", "drop", "accept"]
    bench.authorizer.ended = {}
    bench.part.tick()
    assert len(bench.engine.commands) == 4


def test_a_lost_media_room_is_given_back_as_soon_as_the_authorizer_allows(bench):
    bench.publish()
    bench.authorizer.lets_back = False
    bench.engine.emit(TokenWanted("token_wanted", 1.0, bench.ingest, "The connection was lost."))
    bench.part.tick()
    assert len(bench.engine.commands) == 2
    bench.authorizer.lets_back = True
    bench.part.tick()
    bench.part.tick()
    assert bench.engine.commands[2:] == [("token", bench.ingest, "another")]


def test_a_dead_engine_is_started_again_later_each_time(bench):
    bench.publish()
    pauses = []
    for _ in range(4):
        died = bench.now
        bench.engine.exit(-9)
        count = len(bench.engines)
        while len(bench.engines) == count:
            bench.now += 0.25
            bench.part.tick()
        pauses.append(bench.now - died)
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    bench.now += 100
    died = bench.now
    bench.engine.exit(-9)
    bench.now += 0.5
    bench.part.tick()
    assert len(bench.engines) == 6


def test_a_stream_whose_engine_died_is_interrupted_and_over_when_its_encoder_does_not_return(bench):
    bench.publish()
    bench.engine.exit(-9)
    assert (row().state, row().reason) == ("interrupted", "engine_lost")
    bench.now += 1
    bench.part.tick()
    Ingest.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
    bench.now += 10
    bench.part.tick()
    assert (row().state, row().publishing_since) == ("waiting", None)


def test_a_stream_that_came_back_is_not_settled(bench):
    bench.publish()
    bench.engine.exit(-9)
    bench.now += 1
    bench.part.tick()
    bench.publish()
    Ingest.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
    bench.now += 10
    bench.part.tick()
    assert row().state == "publishing"


def test_a_stopped_part_starts_nothing_more(bench):
    bench.part.stop(3)
    assert bench.engine.commands[-1] == ("stop", 3)
    bench.engine.exit(0)
    bench.now += 1000
    bench.part.tick()
    assert len(bench.engines) == 1
