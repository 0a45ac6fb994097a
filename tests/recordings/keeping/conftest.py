"""Recordings with their files."""

import os
import time
from pathlib import Path

import pytest

from media.models import Capture
from recordings import storage
from recordings.models import Recording
from recordings.processing import process
from tests.recordings.captured import stopped_recording

HOUR = 3600


def age(path, seconds=2 * HOUR):
    """As if it had been left alone for so long."""
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def kept(files, ended_session):
    """A recording with video, poster, sprite and HLS segments."""
    return process(stopped_recording(ended_session, seconds=2).pk)


@pytest.fixture
def failed(files, ended_session):
    """One whose parts are still there."""
    return stopped_recording(ended_session, seconds=2, status=Recording.Status.FAILED, phase=Recording.Phase.DONE)


@pytest.fixture
def unrecorded(files, ended_session):
    """A capture for HLS alone."""
    capture = Capture.objects.create(room="somewhere", wanted=False, state=Capture.State.ENDED)
    capture.folder.mkdir(parents=True)
    (capture.folder / "journal.jsonl").write_text("")
    return capture


def write(key, data=b"x" * 10):
    """A file in the present local storage, left alone for two hours."""
    path = Path(storage.RecordingsFolder().path(key))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    age(path)
