"""POST /sessions/{id}/ensure_hls_egress, /start_webcam_hls and /hls; hls_url of Session and join; how viewers watch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hls import services
from hls.models import HLSNeed
from media.models import Capture
from realtime.models import OutboxEvent
from sessions.models import Ban, Session, SessionRole
from tests.conftest import API, client_for
from tests.hls.watched import came_in, captured, end
from tests.recordings.conftest import make_recording

ENSURE = ("ensure_hls_egress", "start_webcam_hls")


def post(user, session, operation, body=None):
    return client_for(user).post(f"{API}/sessions/{session.pk}/{operation}", body or {}, format="json")


def running(session):
    Capture.objects.filter(room=session.media_room).update(state="running", first_segment_at=timezone.now())


@pytest.mark.parametrize("operation", ENSURE)
def test_hls_is_started_once_and_runs_until_the_end(live_session, host, operation):
    first = post(host, live_session, operation)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-store"
    data = first.json()["data"]
    assert data["status"] == "starting"
    assert data["hls_url"].startswith(f"http://localhost:8000/hls/{live_session.pk}/")
    running(live_session)
    assert post(host, live_session, operation).json()["data"]["status"] == "running"
    assert Capture.objects.count() == 1
    assert HLSNeed.objects.get().ensured_at is not None
    reply = client_for(host).post(f"{API}/sessions/{live_session.pk}/end", {}, format="json")
    assert reply.status_code == 200
    assert not HLSNeed.objects.exists()
    assert not Capture.objects.filter(wanted=True).exists()
    assert post(host, live_session, operation).json()["code"] == "session_ended"


@pytest.mark.parametrize("operation", ENSURE)
def test_only_host_and_co_host_start_it(live_session, guest, member, stranger, operation):
    assert post(None, live_session, operation).status_code == 401
    assert post(came_in(guest, live_session), live_session, operation).status_code == 403
    SessionRole.objects.create(session=live_session, user=member, role="moderator", assigned_by=live_session.room.host)
    assert post(member, live_session, operation).status_code == 403
    SessionRole.objects.update(role="co_host")
    assert post(member, live_session, operation).status_code == 200
    assert not Capture.objects.exclude(room=live_session.media_room).exists()


def test_it_can_be_made_ready_backstage_but_not_before(session, host):
    assert post(host, session, "ensure_hls_egress").json()["code"] == "session_not_live"
    Session.objects.update(backstage_opened_at=timezone.now())
    assert post(host, session, "ensure_hls_egress").status_code == 200


def test_too_many_captures_are_refused(live_session, host, settings):
    settings.CAPTURE_LIMIT = 0
    reply = post(host, live_session, "ensure_hls_egress")
    assert (reply.status_code, reply.json()["code"]) == (409, "capture_limit")
    assert not HLSNeed.objects.exists()


def test_the_first_viewer_who_needs_it_starts_it(live_session, guest, stranger):
    assert post(None, live_session, "hls").status_code == 401
    assert post(stranger, live_session, "hls").status_code == 403  # never came in
    reply = post(came_in(guest, live_session), live_session, "hls")
    assert reply.json()["data"]["status"] == "starting"
    assert HLSNeed.objects.get().ensured_at is None
    Ban.objects.create(session=live_session, user=guest, banned_by=live_session.room.host)
    assert post(guest, live_session, "hls").status_code == 403


def test_a_viewer_who_asks_on_and_on_is_slowed_down(live_session, guest):
    came_in(guest, live_session)
    statuses = [post(guest, live_session, "hls").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_nothing_to_watch_before_and_after(session, live_session, guest, host):
    came_in(guest, live_session)
    end(live_session)
    assert (post(guest, live_session, "hls").status_code, post(guest, live_session, "hls").json()["code"]) == (
        404,
        "none",
    )
    capture, _journal = captured(live_session)
    recording = make_recording(live_session, published_at=timezone.now())
    recording.capture = capture
    recording.save()
    with CaptureQueriesContext(connection) as queries:
        assert post(guest, live_session, "hls").json()["data"]["status"] == "ended"
    assert [query["sql"] for query in queries if query["sql"].startswith("SAVEPOINT")] == [], "it waits for a writer"


def test_only_people_in_the_session_read_its_address_and_only_while_there_is_something(live_session, guest, stranger):
    def url(user):
        return client_for(user).get(f"{API}/sessions/{live_session.pk}").json()["data"]["hls_url"]

    came_in(guest, live_session)
    assert url(guest) is None
    captured(live_session)
    assert url(guest).endswith("/index.m3u8")
    assert url(stranger) is None
    assert url(None) is None
    listed = client_for(guest).get(f"{API}/sessions/live").json()["data"]["sessions"]
    assert [bool(one["hls_url"]) for one in listed] == [True] or listed == []
    end(live_session)
    assert url(guest) is None


def test_beyond_so_many_viewers_people_watch_over_hls(live_session, guest, member, settings):
    settings.WEBRTC_VIEWERS = 1
    first = post(guest, live_session, "join").json()["data"]
    assert (first["mode"], first["hls_url"]) == ("webrtc", None)
    assert post(guest, live_session, "join").json()["data"]["mode"] == "webrtc"  # no new viewer
    second = post(member, live_session, "join", {"as": "audience"}).json()["data"]
    assert second["mode"] == "hls"
    assert "/hls/" in second["hls_url"]
    assert Capture.objects.get().wanted


def test_when_hls_cannot_be_had_viewers_watch_over_webrtc_all_the_same(live_session, guest, settings):
    settings.WEBRTC_VIEWERS = settings.CAPTURE_LIMIT = 0
    data = post(guest, live_session, "join").json()["data"]
    assert (data["mode"], data["hls_url"]) == ("webrtc", None)


def test_a_session_fed_by_an_encoder_has_hls_from_going_live(livekit, session, host):
    Session.objects.update(mode="rtmp")
    assert post(host, session, "go_live").status_code == 200
    assert Capture.objects.get().wanted
    assert HLSNeed.objects.get().ensured_at is not None


def test_that_it_can_be_watched_is_told_once_and_that_it_cannot_any_more(
    live_session, django_capture_on_commit_callbacks
):
    capture, _journal = captured(live_session)
    services.became_watchable(capture)
    services.not_watchable_any_more(capture)  # another one runs
    Capture.objects.update(wanted=False)
    services.not_watchable_any_more(capture)
    told = [event.data["ready"] for event in OutboxEvent.objects.order_by("pk")]
    assert told == [True, False]
