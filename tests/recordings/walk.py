from sessions.models import Session
from tests.recordings.conftest import make_recording


def walk(walker, world):
    here = f"/sessions/{world.session}/replay"
    recording = make_recording(Session.objects.get(pk=world.session))
    walker.call(world.host, "PATCH", here, {"publishing": "review"})
    walker.call(world.host, "POST", f"/recordings/{recording.pk}/publish")
    walker.call(world.guest, "GET", here)
    walker.call(world.host, "POST", f"/recordings/{recording.pk}/unpublish")
