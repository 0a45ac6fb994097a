"""How it comes to be told what is recorded, what becomes of it, and that it can be watched."""

from django.db import transaction

from accounts.person import Person
from media.models import Capture
from realtime.outbox import emit
from recordings import replay, services
from recordings.events import RecordingCompleted
from tests.recordings.conftest import make_recording


def started(session, host):
    return services.start_recording(actor=Person(user=host), session=session)[0]


def stopped(session, host):
    started(session, host)
    return services.stop_recording(actor=Person(user=host), session=session)


def it_starts_again(session, guest, host):
    stopped(session, host)
    started(session, host)


def it_stops(session, guest, host):
    stopped(session, host)


def it_is_renamed(session, guest, host):
    services.rename_recording(actor=Person(user=host), recording=stopped(session, host), name="The launch")


def its_file_is_there(session, guest, host):
    recording = stopped(session, host)
    recording.status, recording.phase, recording.progress = "completed", "done", 100
    recording.file_path, recording.file_size, recording.duration = "recordings/launch.mp4", 1000, 90.4
    with transaction.atomic():
        recording.save()
        emit(RecordingCompleted.of(recording))


def its_engine_cannot_be_started(session, guest, host):
    capture = started(session, host).capture
    Capture.objects.filter(pk=capture.pk).update(state="failed", wanted=False)
    capture.refresh_from_db()
    services.capture_over(capture)


def it_is_deleted(session, guest, host):
    services.delete_recording(actor=Person(user=host), recording=stopped(session, host))


def it_can_be_watched(session, guest, host):
    recording = make_recording(session)
    emit(RecordingCompleted.of(recording))
    replay.completed(recording)


HAPPENINGS = {
    "recording.started": (True, it_starts_again),
    "recording.stopped": (True, it_stops),
    "recording.progress": (True, it_is_renamed),
    "recording.completed": (True, its_file_is_there),
    "recording.failed": (True, its_engine_cannot_be_started),
    "recording.deleted": (True, it_is_deleted),
    "replay.ready": (True, it_can_be_watched),
}
