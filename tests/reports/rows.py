from django.utils import timezone

from sessions.models import Attendance, Stay


def make(tenant, live_session, guest):
    row = Attendance.objects.create(session=live_session, user=tenant.member, join_count=1)
    Stay.objects.create(attendance=row, began_at=timezone.now(), ended_at=timezone.now())
    return []
