"""How it comes to be told that HLS can be watched."""

from django.utils import timezone

from hls import services
from media.models import Capture


def the_first_segment_is_there(session, guest, host):
    capture = Capture.objects.create(room=session.media_room, first_segment_at=timezone.now())
    services.became_watchable(capture)


HAPPENINGS = {"hls.ready": (True, the_first_segment_is_there)}
