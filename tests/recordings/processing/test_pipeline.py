"""From a stopped recording to a file that people can watch, and what keeps it from becoming one."""

import io
import os
import signal
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from media.models import Capture
from media.processing import running
from realtime.models import OutboxEvent
from recordings import storage
from recordings.errors import RecordingNotFailed
from recordings.models import Recording
from recordings.processing import process, process_due, retry
from recordings.processing.due import MARK_WITHIN, is_ready
from recordings.processing.locks import working_on
from recordings.tasks import process_recording
from tests.media.processing.captures import Captured
from tests.media.processing.ffprobe import assert_decodes, ffprobe
from tests.recordings.captured import START, files_below, stopped_recording

pytestmark = pytest.mark.django_db


def told(recording):
    """Types of what was told about it, in order, repetitions aside."""
    types = [
        event.type
        for event in OutboxEvent.objects.order_by("id")
        if event.type.startswith("recording.") and event.data["id"] == str(recording.pk)
    ]
    return [each for each, before in zip(types, [None, *types], strict=False) if each != before]


def parts_of(recording):
    return sorted(path.name for path in recording.capture.folder.glob("part-*.mp4"))


def due_again(recording):
    Recording.objects.filter(pk=recording.pk).update(retry_at=timezone.now())


def test_a_stopped_recording_becomes_a_file(files, ended_session):
    recording = stopped_recording(ended_session)
    done = process(recording.pk)
    assert (done.status, done.phase, done.progress, done.error_message) == ("completed", "done", 100, "")
    library = ended_session.room.library_id
    assert done.file_path == f"{library}/{ended_session.pk}/{recording.pk}.mp4"
    path = storage.local_path(done)
    assert path == files / "recordings" / done.file_path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size == done.file_size
    assert storage.measure(done.storage_type, done.file_path) == (done.sha256, done.file_size)
    assert float(ffprobe(path)["format"]["duration"]) == pytest.approx(done.duration, abs=0.01)
    assert done.duration == pytest.approx(5, abs=0.1)
    assert_decodes(path)
    assert done.first_picture_at == START
    with Image.open(storage.local_path(done, done.poster_path)) as poster:
        assert poster.size == (320, 180)
    with Image.open(storage.local_path(done, done.sprite_path)) as sprite:
        assert sprite.size == (done.sprite["columns"] * done.sprite["width"], done.sprite["height"])
    # The last one tells that it was published by itself.
    assert told(recording) == ["recording.progress", "recording.completed", "recording.progress"]
    assert done.published_at is not None  # REPLAY_PUBLISHING is automatic


def test_parts_go_and_segments_stay_once_the_file_is_kept(files, ended_session):
    recording = stopped_recording(ended_session)
    assert parts_of(recording)
    process(recording.pk)
    assert parts_of(recording) == []
    assert list(recording.capture.folder.glob("180p/*.m4s"))
    assert (recording.capture.folder / "journal.jsonl").exists()
    assert files_below(files / "processing") == []


def test_parts_stay_as_long_as_another_recording_needs_them(files, ended_session):
    first = stopped_recording(ended_session, seconds=2)
    second = Recording.objects.create(
        session=ended_session,
        capture=first.capture,
        name="Again",
        phase="processing",
        started_at=START,
        stopped_at=START + timedelta(seconds=3),
    )
    process(first.pk)
    assert parts_of(first) == ["part-0000.mp4", "part-0001.mp4"]
    process(second.pk)
    assert parts_of(first) == []


def test_two_recordings_of_a_capture_that_goes_on(files, live_session):
    capture = Capture.objects.create(room=live_session.media_room, state=Capture.State.RUNNING)
    rows = [
        Recording.objects.create(
            session=live_session, capture=capture, name=name, phase="processing", started_at=START, stopped_at=stopped
        )
        for name, stopped in (("One", START + timedelta(seconds=3)), ("Two", START + timedelta(seconds=6)))
    ]
    Captured(capture.folder).run(
        (rows[0].start_mark, 2), (rows[0].stop_mark, 1), (rows[1].start_mark, 2), (rows[1].stop_mark, 1)
    )
    assert [process(each.pk).status for each in rows] == ["completed", "completed"]
    durations = Recording.objects.order_by("name").values_list("duration", flat=True)
    assert list(durations) == pytest.approx([2, 2], abs=0.1)
    # What belonged to no recording may still be wanted: the capture has not ended.
    assert parts_of(rows[0]) == ["part-0001.mp4", "part-0003.mp4"]


def test_it_waits_until_its_parts_are_closed(files, live_session):
    recording = stopped_recording(live_session, (None, 1), stopped_at=timezone.now())
    Capture.objects.update(state=Capture.State.RUNNING, wanted=True)
    recording.refresh_from_db()
    assert not is_ready(recording)
    assert process(recording.pk) is None
    assert process_due() == []
    assert is_ready(recording, timezone.now() + MARK_WITHIN * 2)  # the engine is down: it is cut by time


def test_what_is_in_the_bin_is_not_processed(files, ended_session):
    recording = stopped_recording(ended_session, deleted_at=timezone.now())
    assert process(recording.pk) is None
    assert parts_of(recording)


def test_beat_finds_what_a_lost_message_would_have_started(
    files, ended_session, settings, django_capture_on_commit_callbacks
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    from webinar.celery import app

    app.conf.task_always_eager = True
    try:
        recording = stopped_recording(ended_session, seconds=2)
        assert process_due() == [recording.pk]
    finally:
        app.conf.task_always_eager = False
    recording.refresh_from_db()
    assert recording.status == "completed"


def test_one_message_is_enough_for_all_that_waits(files, ended_session, tasks_at_once, settings):
    settings.PROCESSING_LIMIT = 1
    first, second = (stopped_recording(ended_session, seconds=2) for _ in range(2))
    process_recording.delay(str(second.pk))
    assert set(Recording.objects.values_list("pk", "status")) == {(each.pk, "completed") for each in (first, second)}


def test_of_two_workers_one_works(files, ended_session):
    recording = stopped_recording(ended_session)
    with working_on(recording.pk) as first, working_on(recording.pk) as second:
        assert (first, second) == (True, False)
        assert process(recording.pk) is None


def test_so_many_at_once_and_no_more(files, ended_session, settings):
    settings.PROCESSING_LIMIT = 1
    from core.ids import uuid7

    with working_on(uuid7()) as first, working_on(uuid7()) as second:
        assert (first, second) == (True, False)


def test_repeating_it_changes_nothing(files, ended_session):
    recording = stopped_recording(ended_session)
    done = process(recording.pk)
    assert process(recording.pk) is None
    recording.refresh_from_db()
    assert recording.updated_at == done.updated_at


@pytest.mark.parametrize("step", ["probe", "join", "check", "pictures", "checksum"])
def test_a_killed_child_is_tried_again_and_nothing_is_lost(files, ended_session, monkeypatch, step):
    recording = stopped_recording(ended_session)
    real = running.EngineProcess
    killers = []

    class Killed(real):
        def start(self):
            super().start()
            if self.name == step:
                os.kill(self.pid, signal.SIGKILL)
                killers.append(self)

    monkeypatch.setattr(running, "EngineProcess", Killed)
    tried = process(recording.pk)
    assert killers
    if step == "pictures":  # nice to have
        assert (tried.status, tried.poster_path, tried.sprite) == ("completed", "", None)
        return
    assert (tried.status, tried.phase, tried.retry_count) == ("recording", "processing", 1)
    assert tried.error_message == "The processing was interrupted. Everything that was recorded is kept."
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]
    assert process(recording.pk) is None  # not before its time
    monkeypatch.setattr(running, "EngineProcess", real)
    due_again(recording)
    assert process(recording.pk).status == "completed"


def test_failing_over_and_over_ends_failed_and_keeps_everything(files, ended_session, settings, monkeypatch):
    settings.RECORDING_RETRIES = 2
    recording = stopped_recording(ended_session)
    monkeypatch.setattr(storage, "put", _refuse)
    waits = []
    for _ in range(3):
        due_again(recording)
        tried = process(recording.pk)
        waits.append(tried.retry_at and round((tried.retry_at - timezone.now()).total_seconds(), -1))
    assert waits == [30, 60, None]
    assert (tried.status, tried.phase, tried.retry_count) == ("failed", "done", 2)
    assert tried.error_message == "The file could not be moved to the storage. Everything that was recorded is kept."
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]
    assert told(recording) == ["recording.progress", "recording.failed"]
    assert process(recording.pk) is None
    monkeypatch.undo()
    again = retry(tried)
    assert (again.status, again.phase, again.retry_count, again.error_message) == ("recording", "processing", 0, "")


def _refuse(*args, **kwargs):
    raise ConnectionError("no route to the storage")


def test_only_what_failed_can_be_retried(files, ended_session):
    recording = stopped_recording(ended_session)
    with pytest.raises(RecordingNotFailed):
        retry(recording)


def test_nothing_recorded_fails_at_once(files, ended_session):
    recording = stopped_recording(ended_session)
    for path in recording.capture.folder.glob("part-*.mp4"):
        path.write_bytes(b"")
    failed = process(recording.pk)
    assert (failed.status, failed.retry_at) == ("failed", None)
    assert failed.error_message == "Nothing was recorded that could be played."


class Corrupting(InMemoryStorage):
    """Keeps something else than it was given."""

    def _save(self, name, content):
        data = content.read()
        return super()._save(name, ContentFile(data[:-100] + bytes(100)))


def test_a_copy_that_differs_is_found_out_and_no_part_goes(files, ended_session, settings):
    recording = stopped_recording(ended_session)
    good = settings.STORAGES
    settings.STORAGES = good | {"recordings": {"BACKEND": f"{__name__}.Corrupting"}}
    tried = process(recording.pk)
    assert (tried.status, tried.file_path, tried.retry_count) == ("recording", "", 1)
    assert "a different file" in tried.error_message
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]
    settings.STORAGES = good
    due_again(recording)
    done = process(recording.pk)
    assert done.status == "completed"
    assert_decodes(storage.local_path(done))


def test_a_full_disk_is_refused_early_and_keeps_the_parts(files, ended_session, full_disk):
    recording = stopped_recording(ended_session)
    tried = process(recording.pk)
    assert (
        tried.error_message
        == "The disk is full. Everything that was recorded is kept; free some space, then try again."
    )
    assert "join" not in tried.steps
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]


def test_a_disk_that_gets_full_meanwhile_keeps_the_parts(files, ended_session, full_disk, monkeypatch):
    monkeypatch.setattr("recordings.processing.pipeline.check_room", lambda wanted: None)
    recording = stopped_recording(ended_session, (None, 8), seconds=8)
    tried = process(recording.pk)
    assert (
        tried.error_message
        == "The disk is full. Everything that was recorded is kept; free some space, then try again."
    )
    assert parts_of(recording) == ["part-0000.mp4"]
    assert files_below(full_disk) == []


def test_the_file_goes_to_a_bucket_and_is_read_back_from_there(files, ended_session, bucket):
    recording = stopped_recording(ended_session)
    done = process(recording.pk)
    assert (done.status, done.storage_type) == ("completed", "s3")
    assert bucket.listing() == sorted([done.file_path, done.poster_path, done.sprite_path])
    assert storage.local_path(done) is None
    assert parts_of(recording) == []
    import httpx

    link = storage.signed_url(done, done.file_path, lifetime=timedelta(hours=1), name='La"unch.mp4')
    reply = httpx.get(link, headers={"Range": "bytes=0-99"})
    assert reply.status_code == 206
    assert len(reply.content) == 100
    assert reply.headers["content-disposition"] == 'attachment; filename="La_unch.mp4"'
    assert "a secret of the tests" not in link
    (files / "fetched.mp4").write_bytes(httpx.get(link).content)
    assert_decodes(files / "fetched.mp4")
    storage.remove(done.storage_type, done.file_path)
    assert done.file_path not in bucket.listing()


def test_a_bucket_that_is_gone_never_costs_a_part(files, ended_session, bucket):
    recording = stopped_recording(ended_session)
    bucket.client.delete_bucket(Bucket="recordings")
    tried = process(recording.pk)
    assert (tried.status, tried.retry_count) == ("recording", 1)
    assert "could not be moved" in tried.error_message
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]
    bucket.client.create_bucket(Bucket="recordings")
    due_again(recording)
    video = files / "processing" / str(recording.pk) / "video.mp4"
    made = video.stat()
    assert process(recording.pk).status == "completed"
    assert made.st_mtime  # the video was not joined anew: see steps
    assert parts_of(recording) == []


def test_a_recording_deleted_meanwhile_is_left_alone(files, ended_session, monkeypatch):
    recording = stopped_recording(ended_session)
    real = storage.put

    def delete_first(*args):
        Recording.objects.filter(pk=recording.pk).update(deleted_at=timezone.now())
        real(*args)

    monkeypatch.setattr(storage, "put", delete_first)
    assert process(recording.pk) is None
    recording.refresh_from_db()
    assert (recording.status, recording.file_path) == ("recording", "")
    assert parts_of(recording) == ["part-0000.mp4", "part-0001.mp4"]


def test_the_command_processes_what_is_due_and_says_so(files, ended_session):
    stopped_recording(ended_session, seconds=2)
    out = io.StringIO()
    call_command("process_recordings", stdout=out)
    assert "1/1 Launch: done" in out.getvalue()
    out = io.StringIO()
    call_command("process_recordings", stdout=out)
    assert out.getvalue() == "Nothing is due.\n"


def test_the_command_takes_failed_ones_by_id_and_says_what_is_wrong(files, ended_session):
    recording = stopped_recording(ended_session, seconds=2, status="failed", phase="done")
    call_command("process_recordings", str(recording.pk), stdout=io.StringIO())
    recording.refresh_from_db()
    assert recording.status == "completed"
    with pytest.raises(CommandError, match="There is no recording nonsense"):
        call_command("process_recordings", "nonsense", stdout=io.StringIO())


def test_a_worker_that_stops_leaves_it_to_the_next(files, ended_session, monkeypatch):
    recording = stopped_recording(ended_session)
    from celery.worker import state

    monkeypatch.setattr(state, "should_stop", 0)
    assert process(recording.pk) is None
    monkeypatch.undo()
    done = process(recording.pk)
    assert (done.status, done.retry_count) == ("completed", 0)
