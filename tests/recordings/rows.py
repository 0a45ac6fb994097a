from media.models import Capture
from recordings.models import Recording, ReplayChoice


def make(tenant, live_session, guest):
    capture = Capture.objects.create(room=live_session.media_room)
    Recording.objects.create(session=live_session, capture=capture, name="Launch", started_by=tenant.owner)
    ReplayChoice.objects.create(session=live_session, publishing="review")
    return []
