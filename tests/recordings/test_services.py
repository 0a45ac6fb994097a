"""Recordings follow their session, and what becomes of their capture."""

import json

import pytest

from accounts.person import Person
from live import services as live
from media.models import Capture
from realtime.models import OutboxEvent
from recordings import services
from recordings.models import Recording
from sessions import lifecycle
from sessions.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def enough_disk(settings, files):
    settings.DISK_RESERVE = 0


def as_host(host):
    return Person(user=host)


def start(host, session):
    return services.start_recording(actor=as_host(host), session=session)[0]


def over(recording, state="failed", mark=None):
    """The capture is over; ``mark`` stands in its journal."""
    capture = recording.capture
    if mark:
        capture.folder.mkdir(parents=True)
        part = {"event": "part", "at": 1, "part": 0, "file": "part-0000.mp4", "started_at": 1, "media_start": 0}
        (capture.folder / "journal.jsonl").write_text(json.dumps(part | {"mark": mark}) + "\n")
    Capture.objects.filter(pk=capture.pk).update(state=state, wanted=False)
    capture.refresh_from_db()
    services.capture_over(capture)
    recording.refresh_from_db()
    return recording


@pytest.fixture
def processed(monkeypatch):
    """The ids of recordings whose processing was asked for."""
    asked = []
    monkeypatch.setattr(services.processing_due, "send", asked.append)
    return asked


def test_going_live_starts_the_recording_when_the_preset_says_so(livekit, session, preset, host):
    preset.recording_enabled = True
    preset.save()
    session.refresh_from_db()
    live.go_live(actor=as_host(host), session=session)
    live.go_live(actor=as_host(host), session=session)
    recording = Recording.objects.get()
    assert (recording.phase, recording.started_by, recording.capture.wanted) == ("capturing", host, True)


def test_without_the_preset_s_word_nothing_is_recorded(livekit, session, host):
    live.go_live(actor=as_host(host), session=session)
    assert Recording.objects.count() == 0


def test_that_it_cannot_be_recorded_keeps_nobody_from_going_live(livekit, session, preset, host, settings):
    settings.CAPTURE_LIMIT = 0
    preset.recording_enabled = True
    preset.save()
    session.refresh_from_db()
    assert live.go_live(actor=as_host(host), session=session).session.is_live
    recording = Recording.objects.get()
    assert (recording.status, recording.phase) == ("failed", "done")
    assert "cannot record more sessions at once" in recording.error_message
    assert "recording.failed" in OutboxEvent.objects.values_list("type", flat=True)


def test_the_end_stops_recording_and_capture(livekit, session, host, processed, django_capture_on_commit_callbacks):
    live.go_live(actor=as_host(host), session=session)
    recording = start(host, session)
    with django_capture_on_commit_callbacks(execute=True):
        live.end(actor=as_host(host), session=session)
    recording.refresh_from_db()
    assert recording.phase == "processing"
    assert not Capture.objects.get().wanted
    assert processed == [str(recording.pk)]


def test_an_abandoned_session_s_recording_stops(live_session, host, settings, monkeypatch):
    from datetime import timedelta

    recording = start(host, live_session)
    settings.ABANDONED_LIVE_AFTER = timedelta(0)
    monkeypatch.setattr("live.services.running.close_media_room", lambda session: None)
    Session.objects.update(media_confirmed_at=live_session.last_active_at)
    assert live.close_abandoned() == [live_session.pk]
    recording.refresh_from_db()
    assert recording.phase == "processing"
    assert not Capture.objects.get().wanted


def test_a_closed_backstage_leaves_no_recording_and_no_capture(livekit, session, host):
    from media.captures.services import want_capture

    live.start(actor=as_host(host), session=session)
    want_capture(session.media_room)  # HLS in the rehearsal
    live.end(actor=as_host(host), session=session)
    assert (Recording.objects.count(), Capture.objects.filter(wanted=True).count()) == (0, 0)


def test_a_capture_that_cannot_be_had_makes_the_recording_fail(live_session, host):
    recording = over(start(host, live_session))
    assert (recording.phase, recording.status) == ("done", "failed")
    assert recording.error_message.startswith("The recording could not be started.")
    told = list(OutboxEvent.objects.order_by("pk").values_list("type", flat=True))
    assert told == ["recording.started", "recording.stopped", "recording.failed"]


def test_a_capture_that_breaks_off_leaves_what_there_is(
    live_session, host, processed, django_capture_on_commit_callbacks
):
    recording = start(host, live_session)
    with django_capture_on_commit_callbacks(execute=True):
        over(recording, mark=recording.start_mark)
    assert (recording.phase, recording.status) == ("processing", "recording")
    assert recording.error_message.startswith("The recording was interrupted")
    assert set(processed) == {str(recording.pk)}


def test_another_can_be_started_after_one_that_failed(live_session, host):
    failed = over(start(host, live_session))
    again = start(host, live_session)
    assert again.capture != failed.capture
    assert again.phase == "capturing"


def test_what_a_capture_cut_off_is_processed(live_session, host, processed):
    recording = start(host, live_session)
    services.cut(recording.capture)
    assert processed == []
    services.stop_recording(actor=as_host(host), session=live_session)
    services.cut(recording.capture)
    assert processed == [str(recording.pk)]


def test_a_deleted_session_s_capture_closes_its_recording(live_session, host):
    recording = start(host, live_session)
    Session.objects.update(deleted_at=live_session.created_at)
    assert over(recording, state="ended", mark=recording.start_mark).phase == "processing"


def test_the_end_of_the_life_cycle_alone_does_not_need_recordings(live_session):
    lifecycle.end(lifecycle.lock_session(live_session.pk))
    services.close(live_session)
    assert Recording.objects.count() == 0
