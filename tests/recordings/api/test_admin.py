"""The operations of staff, and of the bin."""

import pytest

from accounts.models import User
from recordings.models import Recording
from recordings.services import delete_recording
from tests.conftest import API, as_person, client_for
from tests.recordings.conftest import make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db):
    return client_for(User.objects.create_superuser("staff@example.com", "x", username="Staff"))


OPERATIONS = [("get", "/admin/storage"), ("post", "/admin/storage/cleanup"), ("post", "/admin/recordings/x/retry")]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_only_staff(method, path, api, host, guest):
    assert getattr(api(), method)(API + path).status_code == 401
    for person in (host, guest):
        assert getattr(api(person), method)(API + path).status_code == 403


def test_the_figures(files, staff, recording):
    data = staff.get(f"{API}/admin/storage").json()["data"]
    assert data["totals"] == [
        {"storage_type": "local", "status": "completed", "count": 1, "bytes": 1000, "seconds": 90}
    ]
    assert data["libraries"][0]["count"] == 1
    assert data["orphans"]["rows"] == [str(recording.pk)]
    assert data["oldest"]["id"] == str(recording.pk)
    assert data["disk"]["free"] > 0
    assert str(files) not in str(data)


def test_clean_up_is_a_rehearsal_by_default(files, staff, recording):
    data = staff.post(f"{API}/admin/storage/cleanup", {"orphans": True}, format="json").json()["data"]
    assert data["dry_run"] is True
    assert [each["id"] for each in data["recordings"]] == [str(recording.pk)]
    assert not Recording.objects.exclude(deleted_at=None).exists()
    done = staff.post(f"{API}/admin/storage/cleanup", {"orphans": True, "dry_run": False}, format="json")
    assert done.json()["data"]["dry_run"] is False
    assert Recording.objects.exclude(deleted_at=None).count() == 1


@pytest.mark.parametrize(
    "body", [{"older_than_days": 0}, {"older_than_days": "30"}, {"orphans": "yes"}, {"dry_run": 1}]
)
def test_clean_up_takes_no_nonsense(files, staff, body):
    assert staff.post(f"{API}/admin/storage/cleanup", body, format="json").status_code == 422


def test_retry(files, staff, ended_session, django_capture_on_commit_callbacks):
    failed = make_recording(ended_session, status="failed", file_path="", error_message="Why.", retry_count=8)
    data = staff.post(f"{API}/admin/recordings/{failed.pk}/retry").json()["data"]
    assert (data["status"], data["phase"], data["retry_count"], data["error_message"]) == (
        "recording",
        "processing",
        0,
        None,
    )


def test_retry_refuses_what_did_not_fail_and_what_is_not_there(files, staff, recording):
    reply = staff.post(f"{API}/admin/recordings/{recording.pk}/retry")
    assert (reply.status_code, reply.json()["code"]) == (409, "recording_not_failed")
    assert staff.post(f"{API}/admin/recordings/nonsense/retry").status_code == 404


def test_the_host_finds_it_in_the_bin_and_brings_it_back(api, host, member, recording):
    delete_recording(actor=as_person(host), recording=recording)
    client = api(host)
    assert client.get(f"{API}/recordings/{recording.pk}").status_code == 404
    listed = client.get(f"{API}/recordings/bin").json()["data"]
    assert [each["id"] for each in listed["recordings"]] == [str(recording.pk)]
    assert api(member).post(f"{API}/recordings/{recording.pk}/restore").status_code == 404
    assert api().post(f"{API}/recordings/{recording.pk}/restore").status_code == 401
    assert client.post(f"{API}/recordings/{recording.pk}/restore").status_code == 200
    assert client.get(f"{API}/recordings/{recording.pk}").status_code == 200
    assert client.post(f"{API}/recordings/{recording.pk}/restore").status_code == 404


def test_the_host_marks_it_as_kept(api, host, recording):
    reply = api(host).patch(f"{API}/recordings/{recording.pk}", {"is_kept": True}, format="json")
    assert reply.json()["data"]["is_kept"] is True
    recording.refresh_from_db()
    assert recording.is_kept
    assert api(host).patch(f"{API}/recordings/{recording.pk}", {}, format="json").status_code == 422
