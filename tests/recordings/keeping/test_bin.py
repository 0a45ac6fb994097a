"""Into the bin, out of it, and for good."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from audit.models import AuditEntry
from core.errors import NotAllowed, NotFound
from media.models import Capture
from realtime.models import OutboxEvent
from recordings import storage
from recordings.errors import RecordingActive
from recordings.keeping.bin import (
    delete_for_good,
    find_in_bin,
    forget_capture,
    in_bin,
    move_to_bin,
    my_bin,
    purge_due,
    restore,
    restore_for_staff,
)
from recordings.models import Recording, TextTrack
from recordings.services import delete_recording
from sessions.models import Attendance, Session
from tests.conftest import as_person
from tests.recordings.captured import files_below
from tests.recordings.conftest import make_recording

pytestmark = pytest.mark.django_db


def bury(recording):
    """In the bin for so long that it can no longer be brought back."""
    Recording.objects.filter(pk=recording.pk).update(
        deleted_at=timezone.now() - settings.BIN_FOR - timedelta(seconds=1)
    )


def test_what_was_deleted_keeps_its_files_and_comes_back(kept, host):
    delete_recording(actor=as_person(host), recording=kept)
    assert list(my_bin(as_person(host))) == [kept]
    assert storage.exists(kept.storage_type, kept.file_path)
    assert purge_due() == 0
    back = restore(actor=as_person(host), recording=kept)
    assert (back.deleted_at, back.status, back.published_at) == (None, "completed", kept.published_at)
    assert list(my_bin(as_person(host))) == []
    types = [event.type for event in OutboxEvent.objects.order_by("id")][-2:]
    assert types == ["recording.deleted", "recording.progress"]
    assert AuditEntry.objects.filter(action="recording.restored").count() == 1


def test_after_a_week_everything_goes_but_the_row_and_attendance(kept, host, guest, files):
    Attendance.objects.create(session=kept.session, user=guest)
    TextTrack.objects.create(recording=kept, language="en", label="English", source="upload", text="WEBVTT")
    bury(kept)
    with pytest.raises(NotFound):
        restore(actor=as_person(host), recording=kept)
    assert purge_due() == 1
    assert files_below(files) == []
    kept.refresh_from_db()
    assert kept.files_deleted_at is not None
    assert not kept.tracks.exists()
    assert Attendance.objects.count() == 1
    assert Capture.objects.get().files_deleted_at is not None
    assert purge_due() == 0


def test_segments_stay_as_long_as_a_recording_of_their_capture_does(kept):
    other = Recording.objects.create(
        session=kept.session, capture=kept.capture, name="Other", status="failed", phase="done"
    )
    bury(kept)
    assert purge_due() == 1
    assert list(kept.capture.folder.glob("180p/*.m4s"))
    bury(other)
    purge_due()
    assert not kept.capture.folder.exists()


def test_a_capture_that_runs_is_left_alone(kept):
    Capture.objects.update(state=Capture.State.RUNNING)
    bury(kept)
    purge_due()
    assert kept.capture.folder.exists()
    assert not forget_capture(kept.capture)


def test_a_storage_that_does_not_answer_is_tried_again(kept, monkeypatch):
    bury(kept)

    def refuse(*args):
        raise ConnectionError("no route to the storage")

    monkeypatch.setattr(storage, "remove", refuse)
    assert purge_due() == 0
    kept.refresh_from_db()
    assert kept.files_deleted_at is None
    monkeypatch.undo()
    assert purge_due() == 1


def test_the_bucket_is_emptied_too(bucket, ended_session):
    from recordings.processing import process
    from tests.recordings.captured import stopped_recording

    kept = process(stopped_recording(ended_session, seconds=2).pk)
    assert len(bucket.listing()) == 3
    bury(kept)
    assert purge_due() == 1
    assert bucket.listing() == []


def test_captures_that_nobody_recorded_go_after_a_day(unrecorded):
    Capture.objects.update(ended_at=timezone.now() - timedelta(hours=23))
    purge_due()
    assert unrecorded.folder.exists()
    Capture.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    purge_due()
    assert not unrecorded.folder.exists()


def test_the_bin_belongs_to_the_host(kept, host, member, stranger):
    move_to_bin(kept, by=None)
    for person in (member, stranger):
        assert list(my_bin(as_person(person))) == []
        with pytest.raises(NotFound):
            find_in_bin(as_person(person), kept.pk)
    with pytest.raises(NotAllowed):
        restore(actor=as_person(stranger), recording=kept)
    assert find_in_bin(as_person(host), str(kept.pk)) == kept


def test_staff_brings_back_what_a_deleted_session_left(kept, host):
    move_to_bin(kept, by=None)
    Session.objects.update(deleted_at=timezone.now())
    assert restore_for_staff(kept, by=host).deleted_at is None


def test_staff_need_not_wait(kept, host, files):
    with pytest.raises(NotFound):  # only what is in the bin
        delete_for_good(kept, by=host)
    move_to_bin(kept, by=host)
    delete_for_good(kept, by=host)
    assert files_below(files) == []
    assert not in_bin().exists()
    with pytest.raises(NotFound):
        restore_for_staff(kept, by=host)


def test_what_is_being_recorded_is_not_thrown_away(live_session):
    recording = make_recording(live_session, status="recording", phase="capturing", file_path="")
    with pytest.raises(RecordingActive):
        move_to_bin(recording, by=None)
