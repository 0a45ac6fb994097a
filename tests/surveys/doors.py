"""Where words come in with a survey; see tests/doors.py."""

from django.utils import timezone

from sessions.models import Session
from surveys.models import SurveyAnswer


def _asked(world):
    world.room.refresh_from_db()
    return world.room.survey["questions"]


def by_api_survey_question(world, typed):
    survey = {"questions": [{"text": typed}]}
    world.call(world.host, "patch", f"/rooms/{world.room.pk}", {"survey": survey}, field="survey")
    return _asked(world)[0]["text"]


def by_api_survey_option(world, typed):
    survey = {"questions": [{"text": "Which?", "options": [typed, "the other"]}]}
    world.call(world.host, "patch", f"/rooms/{world.room.pk}", {"survey": survey}, field="survey")
    return _asked(world)[0]["options"][0]


def by_page_survey(world, typed):
    data = {"title": world.room.title, "visibility": "public", "ask_survey": "on", "question_1": typed}
    world.page(world.host, f"/rooms/{world.room.pk}/edit", data)
    return _asked(world)[0]["text"] if _asked(world) else ""


def by_api_survey_answer(world, typed):
    now = timezone.now()
    Session.objects.filter(pk=world.session.pk).update(status="ended", ended_at=now)
    type(world.room).objects.filter(pk=world.room.pk).update(survey={"questions": [{"text": "Why?", "options": []}]})
    body = {"rating": 5, "answers": [{"question": "Why?", "answer": typed}]}
    world.call(world.guest, "post", f"{world.here}/survey", body, field="answers")
    return SurveyAnswer.objects.get().answers[0]["answer"]


DOORS = {name: door for name, door in list(globals().items()) if name.startswith("by_")}
