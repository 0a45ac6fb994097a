"""Recordings on the session's page, and the pages to rename, delete and download one."""

import pytest
from django.utils import timezone

from recordings.models import Recording
from rooms.models import Preset
from sessions.models import Session
from tests.pages.conftest import text_of
from tests.recordings.conftest import make_recording


def card(browse, user, session):
    return text_of(browse(user).get(f"/sessions/{session.pk}")).partition('id="session-recordings"')[2]


@pytest.fixture
def recording(live_session):
    return make_recording(live_session, name="<b>Talk</b>")


def test_each_state_is_shown_with_what_can_be_done(browse, host, live_session, recording):
    text = card(browse, host, live_session)
    assert "&lt;b&gt;Talk" in text
    assert "<b>Talk" not in text
    assert f"/recordings/{recording.pk}/download" in text
    Recording.objects.update(status="recording", phase="processing", progress=40)
    text = card(browse, host, live_session)
    assert "Being processed: 40 %" in text
    assert "/download" not in text
    assert text.partition(">")[0].strip().endswith("data-busy")
    Recording.objects.update(phase="capturing")
    assert f"/recordings/{recording.pk}/delete" not in card(browse, host, live_session)
    Recording.objects.update(status="failed", phase="done", error_message="The disk is full.")
    assert "The disk is full." in card(browse, host, live_session)


def test_without_recordings_it_says_how_they_come(browse, host, session, preset):
    assert "No recordings yet." in card(browse, host, session)
    Preset.objects.update(recording_enabled=True)
    assert "starts by itself" in card(browse, host, session)
    now = timezone.now()
    Session.objects.update(status="ended", started_at=now, ended_at=now)
    assert "This webinar was not recorded." in card(browse, host, session)


def test_it_is_renamed(browse, host, live_session, recording):
    path = f"/recordings/{recording.pk}/rename"
    assert "&lt;b&gt;Talk" in text_of(browse(host).get(path))
    assert browse(host).post(path, {"name": ""}).status_code == 200
    response = browse(host).post(path, {"name": "The launch"})
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{live_session.pk}")
    recording.refresh_from_db()
    assert recording.name == "The launch"


def test_deleting_asks_first(browse, host, live_session, recording):
    path = f"/recordings/{recording.pk}/delete"
    assert "Delete" in text_of(browse(host).get(path))
    recording.refresh_from_db()
    assert recording.deleted_at is None
    assert browse(host).post(path).status_code == 302
    recording.refresh_from_db()
    assert recording.deleted_at is not None


def test_what_is_recorded_now_is_not_deleted(browse, host, live_session):
    recording = make_recording(live_session, status="recording", phase="capturing", file_path="")
    response = browse(host).post(f"/recordings/{recording.pk}/delete", follow=True)
    assert "Stop the recording first." in text_of(response)
    assert Recording.objects.alive().filter(pk=recording.pk).exists()


def test_downloading_leads_to_a_link_or_says_why_not(browse, host, recording):
    path = f"/recordings/{recording.pk}/download"
    assert f"/recordings/{recording.pk}/file?token=" in browse(host).get(path)["Location"]
    Recording.objects.update(status="failed")
    assert "not ready" in text_of(browse(host).get(path, follow=True))


@pytest.mark.parametrize("page", ["rename", "delete", "download"])
def test_nobody_else_gets_there(browse, stranger, viewer, recording, page):
    path = f"/recordings/{recording.pk}/{page}"
    assert browse().get(path).status_code == 302
    assert browse(stranger).get(path).status_code == 404
    assert browse(viewer).get(path).status_code == 403
    assert browse(stranger).post(path).status_code in {404, 405}
