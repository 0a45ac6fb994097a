"""Recordings as rows, without a recorder."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media.models import Capture
from recordings.models import Recording
from sessions.models import Session
from tests.recordings.s3 import bucket, s3_server  # noqa: F401 — fixtures


def make_recording(session, **fields):
    """A completed recording of 90 seconds, not published; ``fields`` change that."""
    capture = Capture.objects.create(room=session.media_room, wanted=False)
    made = {
        "name": "Launch",
        "status": "completed",
        "phase": "done",
        "progress": 100,
        "file_path": f"recordings/{session.pk}/launch.mp4",
        "file_size": 1000,
        "duration": 90.4,
    }
    return Recording.objects.create(session=session, capture=capture, **{**made, **fields})


@pytest.fixture
def ended_session(live_session):
    """On air for an hour until a minute ago."""
    now = timezone.now()
    Session.objects.filter(pk=live_session.pk).update(
        status="ended", started_at=now - timedelta(minutes=61), ended_at=now - timedelta(minutes=1)
    )
    live_session.refresh_from_db()
    return live_session


@pytest.fixture
def recording(ended_session):
    """Completed, not published."""
    return make_recording(ended_session)


@pytest.fixture
def files(settings, tmp_path):
    """Folders of the test's own for all that recordings need."""
    settings.CAPTURE_DIR = tmp_path / "captures"
    settings.PROCESSING_DIR = tmp_path / "processing"
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    settings.STORAGES = dict(settings.STORAGES)  # forgets storages that know other folders
    return tmp_path
