from media.models import Ingest


def make(tenant, live_session, guest):
    Ingest.objects.create(room=live_session.media_room)
    return []
