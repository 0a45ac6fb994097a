"""The pages of staff."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from recordings.models import Recording
from tests.recordings.conftest import make_recording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
LIST = "admin:recordings_recording_changelist"
STORAGE = "admin:recordings_recording_storage"


def act(staff, action, *recordings, **more):
    body = {"action": action, "_selected_action": [str(each.pk) for each in recordings], **more}
    return staff.post(reverse(LIST), body, follow=True)


def test_the_list_leads_to_the_storage_page(staff, recording):
    page = staff.get(reverse(LIST))
    assert reverse(STORAGE) in page.content.decode()
    page = staff.get(reverse(STORAGE))
    assert page.status_code == 200
    assert "1 recording without a file" in page.content.decode()
    assert "acme" in page.content.decode()


def test_clean_up_shows_first_and_does_then(staff, recording):
    url = reverse(STORAGE)
    page = staff.post(url, {"orphans": "on", "look": "1"}).content.decode()
    assert "This would put 1 recording into the bin" in page
    assert not Recording.objects.exclude(deleted_at=None).exists()
    staff.post(url, {"orphans": "on", "remove": "1"})
    assert Recording.objects.exclude(deleted_at=None).count() == 1
    assert staff.post(url, {"older_than_days": "0", "look": "1"}).status_code == 200


def test_the_actions(staff, recording):
    act(staff, "keep", recording)
    assert Recording.objects.get().is_kept
    act(staff, "unkeep", recording)
    assert not Recording.objects.get().is_kept
    act(staff, "move_to_bin", recording)
    assert Recording.objects.get().deleted_at is not None
    act(staff, "restore", recording)
    assert Recording.objects.get().deleted_at is None


def test_what_refuses_says_why_and_the_rest_is_done(staff, ended_session, recording):
    failed = make_recording(ended_session, status="failed", file_path="")
    page = act(staff, "retry", recording, failed).content.decode()
    assert "Only a recording whose processing failed can be processed again." in page
    assert "Done with 1 recording." in page
    failed.refresh_from_db()
    assert failed.phase == "processing"


def test_deleting_for_good_asks_first(staff, ended_session, recording):
    binned = make_recording(ended_session, deleted_at=timezone.now(), name="Binned")
    page = act(staff, "delete_for_good", recording, binned).content.decode()
    assert "Binned" in page
    assert "Launch" not in page
    assert Recording.objects.filter(files_deleted_at=None).count() == 2
    act(staff, "delete_for_good", recording, binned, confirmed="yes")
    assert list(Recording.objects.filter(files_deleted_at=None)) == [recording]


def test_rows_are_not_deleted_by_hand(staff, recording):
    page = staff.get(reverse("admin:recordings_recording_delete", args=[recording.pk]))
    assert page.status_code == 403


def test_whoever_may_only_look_only_looks(client, files, recording):
    from django.contrib.auth.models import Permission

    viewer = User.objects.create_user("viewer@example.com", "x", username="Viewer", role="host", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_recording"))
    client.force_login(viewer)
    assert client.get(reverse(STORAGE)).status_code == 200
    client.post(reverse(STORAGE), {"orphans": "on", "remove": "1"})
    act(client, "move_to_bin", recording)
    assert not Recording.objects.exclude(deleted_at=None).exists()
