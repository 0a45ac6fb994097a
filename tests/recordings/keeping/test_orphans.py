"""Files without rows, rows without files, and what is done about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from core.ids import uuid7
from recordings import storage
from recordings.keeping.cleanup import clean_up
from recordings.keeping.orphans import find_orphans
from recordings.keeping.usage import hours_left, storage_usage
from recordings.models import Recording
from tests.recordings.conftest import make_recording
from tests.recordings.keeping.conftest import age, write

pytestmark = pytest.mark.django_db


def found():
    orphans = find_orphans()
    return [(each.place, each.key) for each in orphans.files], [row.pk for row in orphans.rows]


def test_what_belongs_to_something_is_no_orphan(kept, failed):
    for path in kept.capture.folder.parent.iterdir():
        age(path)
    assert found() == ([], [])


def test_files_that_no_row_knows(kept, files, settings):
    write("library/session/lost.mp4")
    lost = settings.CAPTURE_DIR / str(uuid7())
    lost.mkdir()
    (lost / "part-0000.mp4").write_bytes(b"12345")
    age(lost)
    half = settings.PROCESSING_DIR / str(kept.pk)
    half.mkdir()
    age(half)
    orphans = find_orphans()
    assert [(each.place, each.key, each.bytes) for each in orphans.files] == [
        ("local", "library/session/lost.mp4", 10),
        ("captures", lost.name, 5),
        ("processing", half.name, 0),
    ]
    assert orphans.rows == []


def test_what_was_written_a_moment_ago_may_still_get_its_row(files, db, settings):
    path = settings.RECORDINGS_DIR / "library" / "new.mp4"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    assert found() == ([], [])


def test_recordings_whose_file_is_gone(kept):
    storage.local_path(kept).unlink()
    assert found() == ([], [kept.pk])


def test_orphans_in_a_bucket(bucket, ended_session, monkeypatch):
    bucket.client.put_object(Bucket="recordings", Key="library/lost.mp4", Body=b"12345")
    missing = make_recording(ended_session, storage_type="s3")
    assert found() == ([], [missing.pk])  # the file is too new
    monkeypatch.setattr("recordings.keeping.orphans.ALONE_FOR", -60.0)
    assert found() == ([("s3", "library/lost.mp4")], [missing.pk])


def test_clean_up_says_first_what_it_would_do(kept, files, host):
    write("library/lost.mp4")
    old = make_recording(kept.session, created_at=timezone.now() - timedelta(days=40))
    make_recording(kept.session, created_at=timezone.now() - timedelta(days=40), is_kept=True)
    would = clean_up(by=host, dry_run=True, older_than_days=30)
    assert ([each.pk for each in would.recordings], would.files, would.bytes) == ([old.pk], [], 1000)
    assert not Recording.objects.exclude(deleted_at=None).exists()
    assert not AuditEntry.objects.filter(action="storage.cleaned").exists()
    did = clean_up(by=host, dry_run=False, older_than_days=30)
    assert [each.pk for each in did.recordings] == [old.pk]
    assert list(Recording.objects.exclude(deleted_at=None)) == [old]
    assert AuditEntry.objects.filter(action="storage.cleaned").count() == 1


def test_clean_up_of_orphans_takes_both_kinds(kept, files, host):
    write("library/lost.mp4")
    storage.local_path(kept).unlink()
    did = clean_up(by=host, dry_run=False, orphans=True)
    assert ([each.pk for each in did.recordings], [each.key for each in did.files]) == ([kept.pk], ["library/lost.mp4"])
    assert found() == ([], [])
    kept.refresh_from_db()
    assert kept.deleted_at is not None


def test_clean_up_of_nothing_does_nothing(kept, host):
    did = clean_up(by=host, dry_run=False)
    assert (did.recordings, did.files, did.bytes) == ([], [], 0)


def test_the_figures(kept, failed, host):
    usage = storage_usage()
    assert [(each.storage_type, each.status, each.count) for each in usage.totals] == [
        ("local", "completed", 1),
        ("local", "failed", 1),
    ]
    (library,) = usage.libraries
    assert (library.count, library.bytes) == (2, kept.file_size)
    assert usage.captures_bytes > 0
    assert usage.oldest == kept
    assert usage.disk_total > usage.disk_free > 0


def test_the_hours_that_fit_follow_from_what_recordings_took(ended_session, settings):
    settings.DISK_RESERVE, settings.CAPTURE_KBPS = 10**9, 3000
    guessed = hours_left(3 * 10**9)
    assert guessed == pytest.approx(2 * 10**9 / (3128 * 125 * 3.3) / 3600, abs=0.1)
    make_recording(ended_session, file_size=360_000_000, duration=3600)
    assert hours_left(3 * 10**9) == pytest.approx(2 * 10**9 / (100_000 * 3.3) / 3600, abs=0.1)
    assert hours_left(0) == 0


def test_staff_hears_of_a_full_disk_once_a_day(db, host, settings):
    from django.core import mail

    from accounts.models import User
    from recordings.keeping.warning import warn_of_full_disk

    User.objects.create_superuser("staff@example.com", "x", username="Staff")
    settings.DISK_RESERVE = 1
    assert not warn_of_full_disk()
    settings.DISK_RESERVE = 1 << 60
    assert warn_of_full_disk()
    assert not warn_of_full_disk()
    (sent,) = mail.outbox
    assert sent.to == ["staff@example.com"]
    assert "/admin/recordings/recording/storage/" in sent.body
