"""The supervisor and captures: rows in, engines out, whatever dies in between. The engine is a double behind the port."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from media import disk
from media.captures import run as running
from media.captures import services
from media.captures.direction import Direction
from media.captures.port import (
    Health,
    Look,
    PartBegun,
    SegmentMade,
    Staging,
    Texts,
    TokenWanted,
    read_journal,
)
from media.captures.supervisor import LEASE, Captures
from media.errors import CaptureLimit, DiskFull
from media.models import Capture
from media.supervisor import owners
from tests.livekit import until
from tests.media.engine import Double

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = Direction(Look("#1d4ed8"), Texts("Pause"), hosts=("ann",))
HEALTH = Health("health", 1.0, 30.0, 60, 0, 900, 0.4, -12, [])


class Director:
    """Says what tests put into ``directions``, and remembers what it was told."""

    def __init__(self):
        self.directions = {}
        self.default = PLAIN
        self.cut, self.watchable, self.ended = [], [], []

    def direct(self, rows):
        found = {row.pk: self.directions.get(row.room, self.default) for row in rows}
        return {pk: direction for pk, direction in found.items() if direction is not None}

    def token(self, capture):
        return f"token for {capture.room}"

    def begun(self, capture, part):
        self.cut.append(part.mark)

    def is_watchable(self, capture):
        self.watchable.append(capture.room)

    def over(self, capture):
        self.ended.append((capture.room, capture.state))


@pytest.fixture
def director():
    return Director()


@pytest.fixture
def engines():
    made = []
    yield made
    for engine in made:
        engine.stop(5)


@pytest.fixture
def make_supervisor(settings, tmp_path, director, engines, monkeypatch):
    settings.CAPTURE_DIR, settings.DISK_RESERVE = tmp_path / "captures", 0
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.0)
    made = []

    def engine(*args):
        engines.append(Double(*args))
        return engines[-1]

    def make(make_engine=engine):
        made.append(Captures(director, make_engine))
        return made[-1]

    yield make
    for each in made:
        each.stop(5)


@pytest.fixture
def supervisor(make_supervisor):
    return make_supervisor()


def ticking(supervisor, condition, what):
    """Tick until it is so."""

    def look():
        supervisor.tick()
        return condition()

    return until(look, what)


def is_state(capture, state):
    capture.refresh_from_db()
    return capture.state == state


def run(supervisor, room="room"):
    """A capture that runs."""
    capture = services.want_capture(room)
    ticking(supervisor, lambda: is_state(capture, "running"), "it runs")
    return capture


def marks(capture):
    return [part.mark for part in read_journal(capture.folder) if isinstance(part, PartBegun) and part.mark]


def test_a_wanted_capture_runs_as_directed(supervisor, engines, settings):
    settings.CAPTURE_WIDTH, settings.CAPTURE_HEIGHT = 640, 360
    capture = run(supervisor)
    assert (capture.owner, capture.error, capture.restarts) == (supervisor.owner, "", 0)
    assert capture.started_at is not None
    assert timezone.now() < capture.lease_until
    given = engines[0].configuration
    assert (given.look, given.texts, given.hosts, given.is_hidden) == (PLAIN.look, PLAIN.texts, ("ann",), False)
    assert (given.video.width, given.video.height) == (640, 360)
    assert [(each.name, each.height) for each in given.renditions] == [("180p", 180)]
    assert (given.livekit.token, given.folder) == ("token for room", str(capture.folder))
    assert (given.first_part, given.first_segment) == (0, 0)


def test_it_ends_when_it_is_not_wanted_any_more(supervisor, director, engines):
    capture = run(supervisor)
    assert services.end_captures("room") == 1
    ticking(supervisor, lambda: is_state(capture, "ended"), "it ended")
    assert (capture.owner, capture.lease_until, capture.error) == ("", None, "")
    assert capture.ended_at is not None
    assert director.ended == [("room", "ended")]
    assert services.running_capture("room") is None
    supervisor.tick()
    assert len(engines) == 1


def test_it_ends_when_its_room_is_not_open_any_more(supervisor, director):
    capture = run(supervisor)
    director.default = None
    ticking(supervisor, lambda: is_state(capture, "ended"), "it ended")
    assert not capture.wanted


def test_a_dead_engine_is_started_again_in_the_same_folder(supervisor, engines):
    capture = run(supervisor)
    engines[0].die()
    ticking(supervisor, lambda: len(engines) == 2 and is_state(capture, "running"), "another engine runs")
    assert capture.restarts == 1
    assert engines[1].configuration.folder == engines[0].configuration.folder
    assert engines[1].configuration.first_part == 1


def test_an_engine_that_never_starts_makes_the_capture_fail(supervisor, director, engines, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(Double, "run", lambda engine: engine.on_exit(2))
    capture = services.want_capture("room")
    ticking(supervisor, lambda: is_state(capture, "failed"), "it failed")
    assert (len(engines), capture.error, capture.wanted) == (running.MOST_DEATHS, "exit status 2", False)
    assert director.ended == [("room", "failed")]


def test_an_engine_that_cannot_be_started_makes_the_capture_fail(make_supervisor, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_PAUSE", 0.0)

    def missing(*args):
        raise OSError("no such program")

    supervisor, capture = make_supervisor(missing), services.want_capture("room")
    ticking(supervisor, lambda: is_state(capture, "failed"), "it failed")
    assert capture.error == "no such program"


def test_an_engine_that_hangs_is_replaced(supervisor, engines, monkeypatch):
    capture = run(supervisor)
    monkeypatch.setattr(running, "SILENCE_SECONDS", -1.0)
    supervisor.tick()
    monkeypatch.undo()
    ticking(supervisor, lambda: len(engines) == 2 and is_state(capture, "running"), "another engine runs")


def test_marks_reach_the_engine_once_and_again_when_it_died_before_them(supervisor, director, engines, monkeypatch):
    capture = run(supervisor)
    director.default = Direction(PLAIN.look, PLAIN.texts, marks=("start:a",))
    ticking(supervisor, lambda: marks(capture) == ["start:a"], "the mark is in the journal")
    monkeypatch.setattr(Double, "mark", lambda engine, mark: None)  # dies before it obeys
    director.default = Direction(PLAIN.look, PLAIN.texts, marks=("start:a", "stop:a", "start:b"))
    supervisor.tick()
    monkeypatch.undo()
    engines[0].die()
    ticking(supervisor, lambda: len(marks(capture)) >= 3, "the marks are in the journal")
    assert marks(capture) == ["start:a", "stop:a", "start:b"]
    ticking(supervisor, lambda: len(director.cut) == 3, "the product heard of them")
    assert engines[1].marks == []


def test_the_engine_hides_arranges_and_changes_its_look_only_when_told(supervisor, director, engines):
    run(supervisor)
    supervisor.tick()
    assert engines[0].commands == []
    director.default = Direction(Look("#ff0000"), Texts("Soon"), is_hidden=True, staging=Staging("grid"))
    supervisor.tick()
    supervisor.tick()
    assert engines[0].commands == [
        ("hide", True),
        ("arrange", Staging("grid")),
        ("set_look", Look("#ff0000"), Texts("Soon")),
    ]


def test_a_token_is_given_when_it_is_asked_for(supervisor, engines):
    run(supervisor)
    engines[0].on_event(TokenWanted("token_wanted", 1.0, "room_deleted"))
    supervisor.tick()
    assert engines[0].tokens == ["token for room"]


def test_health_can_be_read_and_the_first_segment_is_told_once(supervisor, director, engines):
    capture = run(supervisor)
    assert services.capture_health("room") is None
    engines[0].on_event(HEALTH)
    for sequence in (0, 1):
        segment = SegmentMade("segment", 1, "720p", sequence, "a", "b", 2, 9, 1.0, 1.0, discontinuity=False)
        engines[0].on_event(segment)
    supervisor.tick()
    assert services.capture_health("room") == HEALTH
    assert services.capture_health("elsewhere") is None
    assert director.watchable == ["room"]
    capture.refresh_from_db()
    assert capture.first_segment_at is not None


def test_two_supervisors_do_not_run_the_same_capture(supervisor, make_supervisor, engines):
    capture = run(supervisor)
    make_supervisor().tick()
    capture.refresh_from_db()
    assert (capture.owner, len(engines)) == (supervisor.owner, 1)


def test_another_takes_over_when_the_lease_has_run_out(make_supervisor, engines):
    first, second = make_supervisor(), make_supervisor()
    capture = run(first)
    for lost in first._runs.values():
        lost.unlock_folder()  # as if it ran on a machine that is cut off
    Capture.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ticking(second, lambda: len(engines) == 2, "the second runs it")
    capture.refresh_from_db()
    assert (capture.owner, capture.restarts) == (second.owner, 1)
    first._lease_until = timezone.now()
    first.tick()
    assert engines[0].stopping.is_set()
    assert not engines[1].stopping.is_set()


def test_nobody_writes_into_a_folder_that_another_still_writes_into(make_supervisor, engines):
    first, second = make_supervisor(), make_supervisor()
    run(first)
    Capture.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second.tick()
    assert len(engines) == 1


def test_the_lease_is_renewed_in_time(supervisor):
    capture = run(supervisor)
    soon = timezone.now() + timedelta(seconds=1)
    Capture.objects.update(lease_until=soon)
    supervisor._lease_until = soon
    supervisor.tick()
    capture.refresh_from_db()
    assert capture.lease_until > timezone.now() + LEASE / 2


def test_what_a_dead_process_ran_goes_on_at_once_or_is_closed(supervisor, director):
    space, _pid, _started, _number = owners.this_process().split(":")
    gone = f"{space}:{os.getpid()}:1:1"  # this number belonged to another process once
    lease = timezone.now() + timedelta(minutes=1)
    fields = {"state": "running", "owner": gone, "lease_until": lease, "started_at": timezone.now()}
    resumed = Capture.objects.create(room="open", **fields)
    closed = Capture.objects.create(room="closed", **fields)
    unwanted = Capture.objects.create(room="open", wanted=False, **fields)
    director.directions["closed"] = None
    ticking(supervisor, lambda: is_state(closed, "ended") and is_state(unwanted, "ended"), "two are closed")
    ticking(supervisor, lambda: is_state(resumed, "running"), "one goes on")
    assert resumed.restarts == 1
    assert sorted(director.ended) == [("closed", "ended"), ("open", "ended")]


def test_owners_that_live_or_are_elsewhere_are_not_gone():
    assert not owners.is_gone(owners.this_process())
    assert not owners.is_gone("elsewhere:1:2:3")
    assert not owners.is_gone("")
    assert len(owners.this_process()) <= 64


def test_stopping_finishes_the_files_and_gives_the_lease_back(make_supervisor, engines):
    first, second = make_supervisor(), make_supervisor()
    capture = run(first)
    first.stop(5)
    assert "part_closed" in [event.event for event in read_journal(capture.folder)]
    capture.refresh_from_db()
    assert (capture.owner, capture.wanted, capture.state) == ("", True, "running")
    ticking(second, lambda: len(engines) == 2, "the next goes on")


def test_no_more_captures_than_the_limit(settings):
    settings.CAPTURE_LIMIT = 1
    settings.DISK_RESERVE = 0
    first = services.want_capture("one")
    assert services.want_capture("one") == first
    with pytest.raises(CaptureLimit):
        services.want_capture("two")
    services.end_captures("one")
    assert services.want_capture("two").room == "two"


def test_nothing_new_is_captured_when_the_disk_is_nearly_full(supervisor, director, monkeypatch, settings):
    capture = run(supervisor)
    settings.DISK_RESERVE = 1000
    monkeypatch.setattr(disk, "free_bytes", lambda folder=None: 999)
    with pytest.raises(DiskFull):
        services.want_capture("two")
    supervisor._disk_at = 0.0
    supervisor.tick()
    assert is_state(capture, "running")
    monkeypatch.setattr(disk, "free_bytes", lambda folder=None: 249)
    supervisor._disk_at = 0.0
    ticking(supervisor, lambda: is_state(capture, "failed"), "it was finished in order")
    assert capture.error == "The disk is full."
    assert "part_closed" in [event.event for event in read_journal(capture.folder)]
