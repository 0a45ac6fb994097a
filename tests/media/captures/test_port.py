"""The capture port: what engines tell, the journal, and that the port holds two different engines."""

import json
from datetime import timedelta

import pytest

from media.captures.port import (
    CaptureConfiguration,
    Connected,
    Disconnected,
    Finished,
    Health,
    LiveKit,
    Look,
    PartBegun,
    PartClosed,
    Ready,
    Recorder,
    SegmentMade,
    Source,
    Staging,
    Texts,
    TokenWanted,
    Video,
    next_numbers,
    read_event,
    read_journal,
)
from media.livekit import client as livekit_port
from media.livekit.grants import Grant
from tests.livekit import until
from tests.media.engine import Double

PART = {
    "event": "part",
    "at": 9.5,
    "part": 0,
    "file": "part-0000.mp4",
    "mark": None,
    "started_at": 9.0,
    "media_start": 0,
}
CLOSED = {"event": "part_closed", "at": 20.0, "part": 0, "file": "part-0000.mp4", "duration": 10.5, "bytes": 1234}
SEGMENT = {
    "event": "segment",
    "at": 12.0,
    "rendition": "720p",
    "sequence": 7,
    "file": "720p/00000007.m4s",
    "init": "720p/init-0.mp4",
    "duration": 2,
    "bytes": 99,
    "started_at": 10.0,
    "media_start": 1.0,
    "discontinuity": True,
}
SOURCE = {"identity": "ann", "is_screen": False, "width": 1280, "height": 720, "fps": 29.9, "has_audio": True}
HEALTH = {
    "event": "health",
    "at": 1.0,
    "fps": 30.0,
    "encoded": 60,
    "late": 0,
    "kbps": 900,
    "cpu": 0.4,
    "av_offset_ms": -12,
    "sources": [SOURCE],
}


@pytest.mark.parametrize(
    ("told", "event"),
    [
        (PART, PartBegun("part", 9.5, 0, "part-0000.mp4", None, 9.0, 0)),
        (CLOSED, PartClosed("part_closed", 20.0, 0, "part-0000.mp4", 10.5, 1234)),
        (
            SEGMENT,
            SegmentMade(
                "segment", 12.0, "720p", 7, "720p/00000007.m4s", "720p/init-0.mp4", 2, 99, 10.0, 1.0, discontinuity=True
            ),
        ),
        (HEALTH, Health("health", 1.0, 30.0, 60, 0, 900, 0.4, -12, [Source(**SOURCE)])),
        ({"event": "ready", "at": 1}, Ready("ready", 1)),
        ({"event": "connected", "at": 1}, Connected("connected", 1)),
        ({"event": "disconnected", "at": 1, "reason": "room_deleted"}, Disconnected("disconnected", 1, "room_deleted")),
        ({"event": "token_wanted", "at": 1, "reason": "start"}, TokenWanted("token_wanted", 1, "start")),
        ({"event": "finished", "at": 1, "parts": 2}, Finished("finished", 1, 2)),
        ({"event": "log", "at": 1, "level": "info", "message": "Hello"}, None),
    ],
)
def test_what_an_engine_tells_is_read(told, event):
    assert read_event(told) == event


@pytest.mark.parametrize(
    "told", [{}, {"event": "party"}, PART | {"part": "first"}, {"event": "part"}, CLOSED | {"bytes": None}]
)
def test_what_is_wrong_is_named_without_its_values(told):
    with pytest.raises(ValueError, match=r"A capture event is invalid") as raised:
        read_event(told)
    assert "first" not in str(raised.value)


def test_the_journal_is_read_in_order_and_what_is_torn_passed_over(tmp_path):
    lines = [
        json.dumps(PART),
        '{"event": "part", "at"',
        json.dumps(SEGMENT),
        "",
        "[]",
        json.dumps(HEALTH),
        json.dumps(CLOSED),
    ]
    (tmp_path / "journal.jsonl").write_text("\n".join(lines))
    assert [event.event for event in read_journal(tmp_path)] == ["part", "segment", "part_closed"]


def test_no_journal_is_an_empty_one(tmp_path):
    assert read_journal(tmp_path) == []
    assert next_numbers([]) == (0, 0)


def test_the_next_run_takes_numbers_that_no_rendition_has_used(tmp_path):
    lines = [PART, SEGMENT, SEGMENT | {"rendition": "360p", "sequence": 8}, PART | {"part": 3}]
    (tmp_path / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert next_numbers(read_journal(tmp_path)) == (4, 9)


def test_no_token_stands_in_a_representation():
    configuration = CaptureConfiguration("a", "/a", LiveKit("ws://", "secret-token"), Look("#000000"), Texts("Pause"))
    assert "secret-token" not in repr(configuration)


HIDDEN = Grant(can_publish=False, sources=(), can_subscribe=True, can_publish_data=False, hidden=True, room_admin=False)


@pytest.fixture(params=[Double, Recorder], ids=["double", "recorder"])
def make_engine(request, tmp_path):
    """Makes engines of one kind in a room of their own, all for the same capture."""
    address = LiveKit("ws://nowhere.example", "")
    if request.param is Recorder:
        running = request.getfixturevalue("livekit")
        livekit_port.ensure_room("capture")
        token = livekit_port.mint_token(
            identity="recorder:capture", room="capture", grant=HIDDEN, name="", lifetime=timedelta(minutes=5)
        )
        address = LiveKit(running.socket_url, token)
    engines = []

    def make(on_event, on_exit=lambda status: None, **options):
        configuration = CaptureConfiguration(
            "capture",
            str(tmp_path / "capture"),
            address,
            Look("#1d4ed8"),
            Texts("Pause"),
            Video(320, 180, preset="ultrafast"),
            **options,
        )
        engines.append(request.param(configuration, on_event, on_exit))
        return engines[-1]

    yield make
    for engine in engines:
        engine.stop(0)


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_an_engine_records_marks_finishes_and_goes_on(make_engine, tmp_path):
    """What holds for every engine behind the port."""
    folder = tmp_path / "capture"
    told, statuses = [], []
    engine = make_engine(told.append, statuses.append)
    engine.start()
    until(lambda: of(Ready, told), "the engine is ready")
    engine.mark("recording")
    until(lambda: "recording" in [part.mark for part in of(PartBegun, told)], "the mark's part")
    engine.hide(True)
    engine.hide(False)
    engine.set_look(Look("#ff0000"), Texts("Soon"))
    engine.arrange(Staging("spotlight", ("ann",)))
    assert engine.stop(60) == 0
    until(lambda: statuses, "its exit is told")
    assert statuses == [0]
    assert told[-1] == Finished("finished", told[-1].at, 2)
    journal = read_journal(folder)
    assert journal == [event for event in told if isinstance(event, PartBegun | PartClosed | SegmentMade)]
    assert [part.part for part in of(PartBegun, journal)] == [part.part for part in of(PartClosed, journal)] == [0, 1]
    for event in journal:
        assert (folder / event.file).is_file()
    assert all((folder / segment.init).is_file() for segment in of(SegmentMade, journal))
    assert not any(segment.discontinuity for segment in of(SegmentMade, journal))

    part, segment = next_numbers(journal)
    again = []
    engine = make_engine(again.append, first_part=part, first_segment=segment)
    engine.start()
    until(lambda: of(PartBegun, again), "the next part")
    assert engine.stop(60) == 0
    assert of(PartBegun, again)[0].part == 2
    assert [made.discontinuity for made in of(SegmentMade, again)][:1] == [True]
    assert of(SegmentMade, again)[0].sequence == of(SegmentMade, journal)[-1].sequence + 1
