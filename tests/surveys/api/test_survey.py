"""The survey of a session: who is asked and when, one answer a person, results and downloads without names."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from sessions.models import Attendance, Ban, Session, SessionRole
from sessions.people.retention import forget_attendance
from surveys.models import SurveyAnswer
from surveys.queries import MOST_TEXTS, OPEN_FOR
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema
from tests.surveys.conftest import QUESTIONS

MISSING, AGAIN = (each["text"] for each in QUESTIONS)


@pytest.fixture
def here(over_session):
    return f"{API}/sessions/{over_session.pk}/survey"


def send(user, here, rating=4, **answers):
    words = {"missing": MISSING, "again": AGAIN}
    given = [{"question": words[name], "answer": text} for name, text in answers.items()]
    return client_for(user).post(here, {"rating": rating, "answers": given}, format="json")


def test_who_came_is_asked_answers_once_and_may_change_it(here, guest):
    asked = client_for(guest).get(here)
    assert_matches_schema(asked)
    data = asked.json()["data"]
    assert (data["is_open"], data["questions"], data["answer"]) == (True, QUESTIONS, None)
    first = send(guest, here, 2, missing="Tea\nand time")
    assert (first.status_code, first.json()["data"]["answer"]["rating"]) == (200, 2)
    assert send(guest, here, 5, again="Yes").status_code == 200
    row = SurveyAnswer.objects.get()
    assert (row.rating, row.answers) == (5, [{"question": AGAIN, "answer": "Yes"}])
    assert client_for(guest).get(here).json()["data"]["answer"]["answers"] == row.answers


@pytest.mark.parametrize("who", ["host", "viewer", "co_host", "moderator"])
def test_the_crew_and_who_never_came_are_not_asked(who, here, over_session, host):

    if who in ("co_host", "moderator"):
        user = User.objects.create_user(username="Crew", is_guest=True)
        Attendance.objects.create(session=over_session, user=user)
        SessionRole.objects.create(session=over_session, user=user, role=who, assigned_by=host)
    else:
        user = host if who == "host" else User.objects.create_user(username="Late", is_guest=True)
    assert client_for(user).get(here).status_code == 403
    assert send(user, here).status_code == 403
    assert not SurveyAnswer.objects.exists()


def test_who_is_banned_is_not_asked(here, over_session, guest, host):
    Ban.objects.create(session=over_session, user=guest, banned_by=host)
    assert send(guest, here).status_code == 403


def test_it_opens_with_the_end_and_closes_two_weeks_later(here, over_session, guest):
    now = timezone.now()
    Session.objects.update(status="live", ended_at=None)
    assert client_for(guest).get(here).json()["data"]["is_open"] is False
    assert send(guest, here).json()["code"] == "survey_closed"
    Session.objects.update(status="ended", ended_at=now - OPEN_FOR - timedelta(seconds=1))
    assert send(guest, here).json()["code"] == "survey_closed"
    Session.objects.update(ended_at=now - OPEN_FOR + timedelta(minutes=1))
    assert send(guest, here).status_code == 200


def test_without_a_survey_there_is_none(here, over_session, guest, room):
    type(room).objects.update(survey=None)
    assert client_for(guest).get(here).json()["code"] == "none"
    assert send(guest, here).json()["code"] == "none"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 5, "answers": "all"}, "answers"),
        ({"rating": 5, "answers": [{"question": "Of another room?", "answer": "Yes"}]}, "answers"),
        ({"rating": 5, "answers": [{"question": AGAIN, "answer": "Perhaps"}]}, "answers"),
        ({"rating": 5, "answers": [{"question": AGAIN, "answer": "Yes"}] * 2}, "answers"),
        ({"rating": 5, "answers": [{"question": MISSING, "answer": "x" * 1001}]}, "answers.0.answer"),
        ({"rating": 5, "answers": [{"question": f"{n}", "answer": "x"} for n in range(4)]}, "answers"),
    ],
)
def test_what_was_not_asked_is_refused(body, field, here, guest):
    reply = client_for(guest).post(here, body, format="json")
    assert (reply.status_code, refused_fields(reply)) == (422, [field])
    assert not SurveyAnswer.objects.exists()


def test_the_results_have_average_counts_and_texts_but_no_names(here, over_session, host, guest, member, room):
    send(guest, here, 5, missing="More examples", again="Yes")
    send(member, here, 2, missing="Tea", again="No")
    reply = client_for(host).get(f"{here}/results")
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (data["total"], data["average_rating"]) == (2, 3.5)
    assert [each["count"] for each in data["ratings"]] == [0, 1, 0, 0, 1]
    missing, again = data["questions"]
    assert (missing["text"], missing["answered"], missing["texts"]) == (MISSING, 2, ["Tea", "More examples"])
    assert again["options"] == [{"text": "Yes", "count": 1}, {"text": "No", "count": 1}]
    assert guest.username not in reply.content.decode()
    assert member.username not in reply.content.decode()
    type(room).objects.update(survey={"questions": [{"text": "Another one", "options": []}]})
    later = client_for(host).get(f"{here}/results").json()["data"]["questions"]
    assert [each["text"] for each in later] == ["Another one", MISSING, AGAIN]


def test_texts_are_bounded_and_the_query_is_one(here, over_session, host, django_assert_max_num_queries):

    users = User.objects.bulk_create(User(username=f"P{n}", is_guest=True) for n in range(MOST_TEXTS + 20))
    came = Attendance.objects.bulk_create(Attendance(session=over_session, user=user) for user in users)
    given = [{"question": MISSING, "answer": "words"}]
    SurveyAnswer.objects.bulk_create(SurveyAnswer(attendance=each, rating=3, answers=given) for each in came)
    with django_assert_max_num_queries(6):
        data = client_for(host).get(f"{here}/results").json()["data"]
    assert (data["questions"][0]["answered"], len(data["questions"][0]["texts"])) == (MOST_TEXTS + 20, MOST_TEXTS)


def test_the_download_has_every_answer_without_names_and_runs_no_formula(here, over_session, host, guest, member):
    send(guest, here, 5, missing="=1+1")
    send(member, here, 3, again="No")
    reply = client_for(host).get(f"{here}/export?format=csv")
    lines = b"".join(reply.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        f"rating,question: {MISSING},question: {AGAIN}",
        "5,'=1+1,",
        "3,,No",
    ]
    assert AuditEntry.objects.filter(action="survey.exported", session_id=over_session.pk).exists()
    assert client_for(host).get(f"{here}/export?format=pdf").status_code == 422


def test_answers_go_with_the_attendance(here, over_session, guest, room):
    send(guest, here)
    room.library.attendance_retention_days = 1
    room.library.save()
    Session.objects.update(ended_at=timezone.now() - timedelta(days=2))
    forget_attendance()
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize(
    ("survey", "field"),
    [
        ({}, "survey.questions"),
        ({"questions": [{"text": "A?"}] * 2}, "survey"),
        ({"questions": [{"text": "A?", "options": ["one"]}]}, "survey"),
        ({"questions": [{"text": "A?", "options": ["one", "one"]}]}, "survey"),
        ({"questions": [{"text": "A?", "options": [str(n) for n in range(9)]}]}, "survey.questions.0.options"),
        ({"questions": [{"text": f"{n}?"} for n in range(4)]}, "survey.questions"),
        ({"questions": [{"text": "x" * 201}]}, "survey.questions.0.text"),
        ("short", "survey"),
    ],
)
def test_a_survey_that_cannot_be_asked_is_refused(survey, field, room, host):
    reply = client_for(host).patch(f"{API}/rooms/{room.pk}", {"survey": survey}, format="json")
    assert (reply.status_code, refused_fields(reply)) == (422, [field])
    room.refresh_from_db()
    assert room.survey is None


def test_a_room_says_what_is_asked_and_null_ends_it(room, host, session, guest):
    survey = {"questions": [{"text": "Why?", "options": []}, {"text": "Which?", "options": ["a", "b"]}]}
    sent = {"questions": [{"text": "Why?"}, survey["questions"][1]]}
    patched = client_for(host).patch(f"{API}/rooms/{room.pk}", {"survey": sent}, format="json").json()["data"]
    assert patched["survey"] == survey
    seen = client_for(guest).get(f"{API}/sessions/{session.pk}").json()["data"]["room"]["survey"]
    assert seen == survey
    cleared = client_for(host).patch(f"{API}/rooms/{room.pk}", {"survey": None}, format="json").json()["data"]
    assert cleared["survey"] is None
