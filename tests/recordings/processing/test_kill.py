"""A worker that is killed in the middle of it, again and again."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from media.engine import ROOT
from recordings import storage
from recordings.models import Recording
from recordings.processing import process
from tests.livekit import until
from tests.media.processing.ffprobe import assert_decodes
from tests.recordings.captured import stopped_recording


def database_url():
    """The address of the tests' database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**known)


def worker(recording):
    """`manage.py process_recordings` on the tests' own database and folders, as a worker would."""
    environment = os.environ | {"DATABASE_URL": database_url(), "DATA_DIR": str(settings.DATA_DIR)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "process_recordings", str(recording.pk)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.django_db(transaction=True)
def test_killed_after_every_step_it_goes_on_and_loses_nothing(ended_session):
    recording = stopped_recording(ended_session, seconds=20)
    parts = sorted(path.name for path in recording.capture.folder.glob("part-*.mp4"))
    video = settings.PROCESSING_DIR / str(recording.pk) / "video.mp4"
    joined = None
    for step in ("probe", "join", "check", "pictures"):
        process_ = worker(recording)

        def is_there(step=step, process_=process_):
            assert process_.poll() is None, process_.stderr.read().decode()
            return step in Recording.objects.get(pk=recording.pk).steps

        until(is_there, f"the step {step}")
        process_.send_signal(signal.SIGKILL)
        process_.wait(30)
        process_.stderr.close()
        now = Recording.objects.get(pk=recording.pk)
        if now.status == "completed":
            break  # it was quicker than the kill
        assert (now.status, now.retry_count) == ("recording", 0)
        assert sorted(path.name for path in recording.capture.folder.glob("part-*.mp4")) == parts
        if video.exists():
            joined = joined or video.stat().st_ino
            assert video.stat().st_ino == joined  # what was done is not done again
    done = process(recording.pk) or Recording.objects.get(pk=recording.pk)
    assert done.status == "completed"
    path = storage.local_path(done)
    assert path.stat().st_ino == joined
    assert done.duration == pytest.approx(20, abs=0.1)
    assert_decodes(path)
    assert not video.exists()
