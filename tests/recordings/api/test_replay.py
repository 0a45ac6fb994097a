"""GET and PATCH of a session's replay; publishing and taking back."""

import pytest
from django.utils import timezone

from recordings import replay
from recordings.models import Recording
from sessions.models import Ban, Session, SessionRole
from tests.conftest import API
from tests.recordings.conftest import make_recording


@pytest.fixture
def here(recording):
    return f"{API}/sessions/{recording.session_id}/replay"


def publish_path(recording, what="publish"):
    return f"{API}/recordings/{recording.pk}/{what}"


def test_a_guest_reads_what_is_published(api, guest, here, recording):
    replay.completed(recording)
    reply = api(guest).get(here)
    data = reply.json()["data"]
    assert reply.headers["Cache-Control"] == "no-store"
    assert (data["status"], data["progress"], data["publishing"]) == ("ready", 100, None)
    [part] = data["recordings"]
    assert (part["id"], part["name"], part["duration"]) == (str(recording.pk), "Launch", 90)
    assert (part["trim_start"], part["trim_end"]) == (None, None)


def test_a_reader_needs_a_name_and_must_not_be_banned(api, guest, host, here, recording):
    assert api().get(here).status_code == 401
    Ban.objects.create(session=recording.session, user=guest, banned_by=host)
    reply = api(guest).get(here)
    assert (reply.status_code, reply.json()["code"]) == (403, "banned")


def test_a_private_rooms_replay_is_not_there_for_strangers(api, stranger, here, recording):
    room = recording.session.room
    room.visibility = "private"
    room.save()
    assert api(stranger).get(here).status_code == 404


def test_the_host_chooses_review_and_takes_it_back(api, host, here):
    for publishing, shown in (("review", "review"), (None, "automatic")):
        reply = api(host).patch(here, {"publishing": publishing})
        assert (reply.status_code, reply.json()["data"]["publishing"]) == (200, shown)
    assert Session.objects.get().replay_publishing == ""


@pytest.mark.parametrize("body", [{}, {"publishing": "never"}, {"publishing": 1}])
def test_another_word_is_refused(api, host, here, body):
    assert api(host).patch(here, body).status_code == 422


def test_the_audience_chooses_nothing(api, guest, stranger, here):
    assert [api(user).patch(here, {"publishing": "review"}).status_code for user in (guest, stranger)] == [403, 403]


def test_host_and_co_host_publish_and_take_back(api, host, guest, recording):
    SessionRole.objects.create(session=recording.session, user=guest, role="co_host", assigned_by=host)
    for user in (host, guest):
        first = api(user).post(publish_path(recording)).json()["data"]
        assert first["published_at"] is not None
        assert api(user).post(publish_path(recording)).json()["data"] == first
        taken = api(user).post(publish_path(recording, "unpublish")).json()["data"]
        assert (taken["id"], taken["published_at"]) == (str(recording.pk), None)


def test_others_do_not_learn_that_there_is_a_recording(api, guest, member, stranger, recording):
    for user in (guest, member, stranger):
        assert [api(user).post(publish_path(recording, what)).status_code for what in ("publish", "unpublish")] == [
            404
        ] * 2
    assert api().post(publish_path(recording)).status_code == 401
    assert Recording.objects.get().replay_decided_at is None


@pytest.mark.parametrize("known", ["not-an-id", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_an_unknown_recording_is_not_found(api, host, known):
    assert api(host).post(f"{API}/recordings/{known}/publish").status_code == 404


def test_a_deleted_one_is_not_found_and_one_in_the_making_not_ready(api, host, ended_session):
    deleted = make_recording(ended_session, deleted_at=timezone.now())
    assert api(host).post(publish_path(deleted)).status_code == 404
    coming = make_recording(ended_session, status="recording", phase="processing")
    reply = api(host).post(publish_path(coming))
    assert (reply.status_code, reply.json()["code"]) == (409, "recording_not_ready")
