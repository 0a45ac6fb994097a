"""From somebody's camera to the file: the real media server and recorder, killed in the middle, and the real steps."""

import os
import signal
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from media.captures.port import next_numbers, read_journal
from media.models import Capture
from recordings import storage
from recordings.models import Recording
from recordings.processing import process
from tests.livekit import until
from tests.media.engines.recorder.live import Scene
from tests.media.engines.recorder.probe import watch
from tests.media.processing.ffprobe import assert_decodes, ffprobe

pytestmark = [pytest.mark.django_db, pytest.mark.livekit, pytest.mark.any_database]


@pytest.fixture
def scene(livekit):
    scene = Scene(livekit.socket_url)
    yield scene
    scene.close()


def test_what_a_killed_recorder_had_captured_is_in_the_file_and_lips_are_in_step(scene, files, ended_session):
    capture = Capture.objects.create(room=ended_session.media_room, state=Capture.State.RUNNING)
    recording = Recording.objects.create(session=ended_session, capture=capture, name="Launch")
    scene.enter("ann", shade=150)
    run = scene.record(capture.folder, hosts=("ann",))
    run.wait_ready()
    until(lambda: "ann" in run.sees(), "ann is seen")
    run.engine.mark(recording.start_mark)
    until(lambda: len(run.parts()) == 2, "the recording's part")
    run.wait_segments(4)
    killed_at = timezone.now()
    os.kill(run.engine.process.pid, signal.SIGKILL)
    until(lambda: run.statuses, "the recorder is dead")

    first_part, first_segment = next_numbers(read_journal(capture.folder))
    run = scene.record(capture.folder, hosts=("ann",), first_part=first_part, first_segment=first_segment)
    run.wait_ready()
    until(lambda: "ann" in run.sees(), "ann is seen again")
    run.wait_segments(3)
    Recording.objects.update(phase="processing", stopped_at=timezone.now())
    run.engine.mark(recording.stop_mark)
    until(lambda: len(run.parts()) == 4, "the part after it")
    run.wait_segments(1)
    assert run.engine.stop(60) == 0

    done = process(recording.pk)
    assert (done.status, done.error_message) == ("completed", "")
    path = storage.local_path(done)
    assert_decodes(path)
    assert [stream["codec_name"] for stream in ffprobe(path)["streams"]] == ["h264", "aac"]
    parts = run.parts()
    assert done.first_picture_at == datetime.fromtimestamp(parts[1].started_at, UTC)
    assert done.duration == pytest.approx(parts[3].media_start - parts[1].media_start, abs=0.2)

    seen = watch(str(path))
    offsets = seen.offsets(is_live=True)
    assert len(offsets) >= 5  # of fourteen: where most pictures are left out, some flashes are among them
    assert sorted(map(abs, offsets))[len(offsets) // 2] <= 0.04
    # Up to two seconds before the kill, and what the recorder stays behind, she is seen moving; she flashes once a second.
    killed = (killed_at - done.first_picture_at).total_seconds()
    assert max(flash for flash in seen.flashes() if flash < killed) >= killed - 3.5
    gap = parts[2].media_start - parts[1].media_start
    assert len([flash for flash in seen.flashes() if flash > gap]) >= 2
