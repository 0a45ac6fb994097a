from django.conf import settings

from accounts.models import User
from recordings.models import Recording
from sessions.models import Session
from tests.conftest import client_for
from tests.recordings.conftest import make_recording
from tests.rooms.test_logos import picture


def walk(walker, world):
    here = f"/sessions/{world.session}/replay"
    recording = make_recording(Session.objects.get(pk=world.session))
    walker.call(world.host, "PATCH", here, {"publishing": "review"})
    walker.call(world.host, "POST", f"/recordings/{recording.pk}/publish")
    walker.call(world.guest, "GET", here)
    walker.call(world.host, "POST", f"/recordings/{recording.pk}/unpublish")

    tracks = f"/recordings/{recording.pk}/tracks"
    field = "--x\r\nContent-Disposition: form-data; name="
    body = f'{field}"language"\r\n\r\nen\r\n{field}"file"; filename="a.vtt"\r\n\r\n'
    body += "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\r\n--x--\r\n"
    made = walker.call(world.host, "POST", tracks, body, type="multipart/form-data; boundary=x")
    walker.call(world.host, "GET", tracks)
    walker.call(world.host, "PATCH", f"{tracks}/{made['id']}", {"label": "For learners"})
    walker.call(world.host, "DELETE", f"{tracks}/{made['id']}")
    poster = f"/recordings/{recording.pk}/poster"
    walker.call(world.host, "GET", poster)
    walker.call(world.host, "PUT", poster, {"at": 12.5})
    upload = f'{field}"file"; filename="a.png"\r\n\r\n'.encode() + picture() + b"\r\n--x--\r\n"
    walker.call(world.host, "POST", f"{poster}/upload", upload, type="multipart/form-data; boundary=x")
    walker.call(world.host, "DELETE", poster)
    sessions = f"/sessions/{world.session}/recordings"
    walker.call(world.host, "POST", f"{sessions}/start")
    walker.call(world.host, "GET", f"{sessions}/active")
    walker.call(world.host, "POST", f"{sessions}/stop")
    walker.call(world.host, "GET", sessions)
    walker.call(world.host, "GET", "/recordings/my?q=late&published=true&sort=-size")
    walker.call(world.host, "GET", f"/recordings/{recording.pk}")
    walker.call(world.host, "PATCH", f"/recordings/{recording.pk}", {"name": "The launch"})
    link = walker.call(world.host, "GET", f"/recordings/{recording.pk}/download")["download_url"]
    file = settings.RECORDINGS_DIR / recording.file_path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"video")
    assert walker.call(world.anonymous, "GET", f"/{link.partition('/v1/webinar/')[2]}") == b"video"
    file.unlink()
    walker.call(world.host, "DELETE", f"/recordings/{recording.pk}")
    walker.call(world.host, "GET", "/recordings/bin")
    walker.call(world.host, "POST", f"/recordings/{recording.pk}/restore")
    walker.call(world.host, "PATCH", f"/recordings/{recording.pk}", {"is_kept": True})
    another = make_recording(Session.objects.get(pk=world.session))
    walker.call(world.host, "DELETE", f"/recordings/{another.pk}")
    walker.call(world.host, "POST", f"/recordings/{another.pk}/delete_for_good")

    staff = client_for(User.objects.create_superuser("staff@example.com", "x", username="Staff"))
    walker.call(staff, "GET", "/admin/storage")
    walker.call(staff, "POST", "/admin/storage/cleanup", {"older_than_days": 30, "orphans": True})
    Recording.objects.filter(pk=recording.pk).update(status="failed")
    walker.call(staff, "POST", f"/admin/recordings/{recording.pk}/retry")
