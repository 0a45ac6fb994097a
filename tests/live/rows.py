from django.utils import timezone

from hls.models import HLSNeed


def make(tenant, live_session, guest):
    HLSNeed.objects.create(session=live_session, ensured_at=timezone.now())
    return []
