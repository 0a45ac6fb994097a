from sessions.models import Attendance
from surveys.models import SurveyAnswer


def make(tenant, live_session, guest):
    came = Attendance.objects.get(session=live_session, user=guest)
    SurveyAnswer.objects.create(attendance=came, rating=5, answers=[])
    return []
