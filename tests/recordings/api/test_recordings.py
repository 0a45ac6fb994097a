"""The operations on recordings: who, when, and what the rows say afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from media.models import Capture
from realtime.models import OutboxEvent
from recordings.links import LIFETIME, read_download, sign_download
from recordings.models import Recording
from sessions.models import Attendance, Session, SessionRole
from tests.conftest import API, as_person
from tests.recordings.conftest import make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def enough_disk(settings):
    settings.DISK_RESERVE = 0


@pytest.fixture
def with_role(live_session):
    def give(role):
        user = User.objects.create_user(f"{role}@acme.example", "correct horse", username=role)
        SessionRole.objects.create(session=live_session, user=user, role=role, assigned_by=live_session.room.host)
        Attendance.objects.create(session=live_session, user=user)
        return user

    return give


def at(session, action=""):
    return f"{API}/sessions/{session.pk}/recordings{action}"


def of(recording, action=""):
    return f"{API}/recordings/{recording.pk}{action}"


def data(response, status=200):
    assert response.status_code == status, response.content
    return response.json()["data"]


def code(response):
    return response.status_code, response.json()["code"]


def told():
    return list(OutboxEvent.objects.order_by("pk").values_list("type", flat=True))


def test_a_recording_starts_once_and_stops_once(api, host, live_session, settings):
    settings.CAPTURE_LIMIT = 1
    client = api(host)
    started = data(client.post(at(live_session, "/start")), 201)
    known = {
        "session_id": str(live_session.pk),
        "name": "Launch",
        "file_path": None,
        "duration": None,
        "file_size": None,
        "status": "recording",
        "storage_type": "local",
        "retry_count": 0,
        "error_message": None,
        "phase": "capturing",
        "progress": 0,
        "stopped_at": None,
        "published_at": None,
        "trim_start": None,
        "trim_end": None,
    }
    assert {name: started[name] for name in known} == known
    capture = Capture.objects.get()
    assert (capture.room, capture.wanted, str(capture.pk)) == (live_session.media_room, True, started["egress_id"])
    assert data(client.post(at(live_session, "/start"))) == started
    assert data(client.get(at(live_session, "/active"))) == started
    stopped = data(client.post(at(live_session, "/stop")))
    assert (stopped["id"], stopped["phase"], stopped["status"]) == (started["id"], "processing", "recording")
    assert stopped["stopped_at"] is not None
    assert data(client.post(at(live_session, "/stop"))) == stopped
    assert told() == ["recording.started", "recording.stopped"]
    capture.refresh_from_db()
    assert capture.wanted


def test_several_recordings_share_a_capture_and_are_numbered(api, host, live_session):
    client = api(host)
    for _time in range(2):
        data(client.post(at(live_session, "/start")), 201)
        data(client.post(at(live_session, "/stop")))
    listed = data(client.get(at(live_session)))
    assert [row["name"] for row in listed["recordings"]] == ["Launch (2)", "Launch"]
    assert (listed["total"], listed["page"]) == (2, 1)
    assert Capture.objects.count() == 1


def test_nothing_to_stop_and_nothing_active_is_none(api, host, live_session):
    client = api(host)
    assert code(client.post(at(live_session, "/stop"))) == (404, "none")
    assert code(client.get(at(live_session, "/active"))) == (404, "none")


@pytest.mark.parametrize(
    ("status", "refusal"), [("scheduled", (409, "session_not_live")), ("ended", (409, "session_ended"))]
)
def test_only_a_live_session_is_recorded(api, host, session, status, refusal):
    now = timezone.now()
    times = {"started_at": now, "ended_at": now} if status == "ended" else {"backstage_opened_at": now}
    Session.objects.filter(pk=session.pk).update(status=status, **times)
    assert code(api(host).post(at(session, "/start"))) == refusal
    assert (Recording.objects.count(), Capture.objects.count()) == (0, 0)


def test_as_many_sessions_as_the_machine_can_do_are_recorded(api, host, live_session, settings):
    settings.CAPTURE_LIMIT = 1
    Capture.objects.create(room="elsewhere")
    assert code(api(host).post(at(live_session, "/start"))) == (409, "capture_limit")
    settings.CAPTURE_LIMIT, settings.DISK_RESERVE = 2, 1 << 62
    response = api(host).post(at(live_session, "/start"))
    assert code(response) == (503, "disk_full")
    assert response["Retry-After"] == "60"
    assert Recording.objects.count() == 0


@pytest.mark.parametrize(("method", "action"), [("post", "/start"), ("post", "/stop"), ("get", ""), ("get", "/active")])
def test_only_who_leads_records(api, guest, stranger, live_session, with_role, method, action):
    Attendance.objects.create(session=live_session, user=guest)

    def ask(client):
        return getattr(client, method)(at(live_session, action)).status_code

    assert ask(api()) == 401
    assert [ask(api(user)) for user in (guest, stranger, with_role("moderator"))] == [403, 403, 403]
    assert ask(api(with_role("co_host"))) in {200, 201, 404}


def test_one_recording_is_there_only_for_who_leads_its_session(api, host, guest, stranger, live_session, with_role):
    recording = make_recording(live_session)
    assert api().get(of(recording)).status_code == 401
    for user in (guest, stranger, with_role("moderator")):
        for method, action in (("get", ""), ("patch", ""), ("delete", ""), ("get", "/download")):
            assert code(getattr(api(user), method)(of(recording, action))) == (404, "not_found")
    for user in (host, with_role("co_host")):
        assert data(api(user).get(of(recording)))["duration"] == 90
    assert code(api(host).get(f"{API}/recordings/not-an-id")) == (404, "not_found")


def test_mine_are_those_of_my_rooms(api, host, stranger, member, live_session):
    make_recording(live_session)
    make_recording(live_session, deleted_at=timezone.now())
    assert [row["name"] for row in data(api(host).get(f"{API}/recordings/my"))["recordings"]] == ["Launch"]
    for user in (stranger, member):
        assert data(api(user).get(f"{API}/recordings/my"))["recordings"] == []


def test_a_list_costs_the_same_for_one_and_for_many(api, host, live_session, django_assert_num_queries):
    client = api(host)
    counts = []
    for number in (1, 3):
        for _each in range(number):
            make_recording(live_session)
        with django_assert_num_queries(counts[0] if counts else 9, exact=False) as queries:
            data(client.get(f"{API}/recordings/my"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_gets_another_name(api, host, live_session, with_role):
    recording = make_recording(live_session)
    assert data(api(host).patch(of(recording), {"name": " The talk "}, format="json"))["name"] == "The talk"
    assert data(api(with_role("co_host")).patch(of(recording), {"name": "Talk"}, format="json"))["name"] == "Talk"
    assert told() == ["recording.progress"] * 2
    for wrong in ({}, {"name": ""}, {"name": "x" * 256}, {"name": 7}):
        assert code(api(host).patch(of(recording), wrong, format="json")) == (422, "invalid")


def test_the_host_alone_deletes_and_it_goes_into_the_bin(api, host, live_session, with_role):
    recording = make_recording(live_session)
    assert code(api(with_role("co_host")).delete(of(recording))) == (403, "not_allowed")
    assert "message" in data(api(host).delete(of(recording)))
    recording.refresh_from_db()
    assert recording.deleted_at is not None
    assert told() == ["recording.deleted"]
    for method, action in (("get", ""), ("delete", ""), ("get", "/download")):
        assert code(getattr(api(host), method)(of(recording, action))) == (404, "not_found")


def test_what_is_being_recorded_is_not_deleted(api, host, live_session):
    recording = Recording.objects.get(pk=data(api(host).post(at(live_session, "/start")), 201)["id"])
    assert code(api(host).delete(of(recording))) == (409, "recording_active")


def test_a_download_link_opens_one_recording_for_an_hour(api, host, live_session, files, settings, time_machine):
    recording, other = make_recording(live_session, name="Ä/ talk"), make_recording(live_session)
    path = settings.RECORDINGS_DIR / recording.file_path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"video")
    reply = api(host).get(of(recording, "/download"))
    assert reply["Cache-Control"] == "no-store"
    link = data(reply)
    address = link["download_url"].removeprefix(settings.BASE_URL)
    file = api().get(address)
    assert (b"".join(file), file["Content-Type"]) == (b"video", "video/mp4")
    token = address.partition("token=")[2]
    assert code(api().get(of(other, f"/file?token={token}"))) == (410, "link_expired")
    assert code(api().get(of(recording, "/file?token=forged"))) == (410, "link_expired")
    assert code(api().get(of(recording, "/file"))) == (410, "link_expired")
    path.unlink()
    assert code(api().get(address)) == (404, "not_found")
    time_machine.move_to(timezone.now() + LIFETIME + timedelta(seconds=5))
    assert code(api().get(address)) == (410, "link_expired")


def test_links_are_of_one_recording_and_one_person_only(live_session, host):
    recording = make_recording(live_session)
    path, expires_at = sign_download(recording, as_person(host))
    assert expires_at > timezone.now() + LIFETIME - timedelta(minutes=1)
    found = read_download(path.partition("token=")[2])
    assert (found.recording_id, found.is_trimmed, found.given_to.user_id) == (recording.pk, False, host.pk)
    assert read_download("") is None


@pytest.mark.parametrize("fields", [{"status": "recording", "phase": "processing"}, {"status": "failed"}])
def test_what_has_no_file_is_not_downloaded(api, host, live_session, fields):
    recording = make_recording(live_session, file_path="", **fields)
    assert code(api(host).get(of(recording, "/download"))) == (409, "recording_not_ready")
