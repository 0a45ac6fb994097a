from media.models import Capture
from recordings.models import LibraryRetention, Recording, TextTrack


def make(tenant, live_session, guest):
    capture = Capture.objects.create(room=live_session.media_room)
    recording = Recording.objects.create(session=live_session, capture=capture, name="Launch", started_by=tenant.owner)
    TextTrack.objects.create(recording=recording, language="en", label="English", source="upload", text="WEBVTT")
    LibraryRetention.objects.create(library=tenant.library, days=365)
    return []
