"""Captions of a session become those of its recordings."""

from datetime import timedelta

import pytest

from captions.models import CaptionLine
from live.services.transcripts import make_tracks
from recordings import replay, webvtt
from recordings.models import TextTrack
from recordings.nudges import recording_completed
from tests.recordings.conftest import ended_session, make_recording  # noqa: F401 — a fixture


@pytest.fixture
def recording(ended_session):  # noqa: F811
    return make_recording(ended_session, started_at=ended_session.started_at)


@pytest.fixture
def say(recording, host):
    """``say(seconds, text)``: a line that was said so long after the recording's start."""

    def write(seconds, text, language="en"):
        at = recording.started_at + timedelta(seconds=seconds)
        CaptionLine.objects.create(session=recording.session, written_by=host, text=text, language=language, at=at)

    return write


def tracks():
    return {
        track.language: [(round(cue.start, 1), round(cue.end, 1), cue.text) for cue in webvtt.read(track.text.encode())]
        for track in TextTrack.objects.all()
    }


def test_lines_stand_where_they_were_said_until_the_next_one(recording, say):
    say(-5, "Before it was recorded")
    say(10, "Second")
    say(2, "First")
    say(40, "Alone, and long enough that reading it takes more than three seconds.")
    say(90, "At its end")
    say(200, "After it was stopped")
    replay.completed(recording)
    assert tracks() == {
        "en": [
            (2, 5, "First"),
            (10, 13, "Second"),
            (40, 45.8, "Alone, and long enough that reading it takes more than three seconds."),
            (90, 90.4, "At its end"),
        ]
    }
    replay.completed(recording)
    assert TextTrack.objects.count() == 1


def test_a_line_that_follows_at_once_still_leaves_a_second_to_read(recording, say):
    say(2, "One")
    say(2.2, "Two")
    say(4.2, "Three")
    make_tracks(recording)
    assert [(start, end) for start, end, _text in tracks()["en"]] == [(2, 3), (2.2, 4.2), (4.2, 7.2)]


def test_each_language_has_its_own_and_the_one_with_the_most_is_the_default(recording, say):
    say(1, "Guten Morgen", "de")
    for second in (1, 2):
        say(second, "Good morning")
    make_tracks(recording)
    assert [(track.language, track.label, track.is_default) for track in TextTrack.objects.all()] == [
        ("en", "English", True),
        ("de", "Deutsch", False),
    ]


def test_the_clock_begins_with_the_first_picture_of_the_file(recording, say):
    recording.first_picture_at = recording.started_at + timedelta(seconds=4)
    say(10, "Hello")
    make_tracks(recording)
    assert tracks()["en"][0][0] == 6


def test_without_lines_there_is_no_track(recording):
    replay.completed(recording)
    assert tracks() == {}


def test_captions_that_cannot_be_made_do_not_keep_the_recording_from_people(recording, monkeypatch, caplog):
    def fails(made):
        TextTrack.objects.create(recording=made, label="Half", source="captions", text="")
        raise ValueError

    monkeypatch.setattr(recording_completed, "_functions", [fails])
    replay.completed(recording)
    recording.refresh_from_db()
    assert recording.published_at is not None
    assert tracks() == {}
