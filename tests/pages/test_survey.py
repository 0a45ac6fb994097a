"""The survey on pages: the room's form, the audience after the end, the report."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.models import Session
from surveys.models import SurveyAnswer
from tests.pages.conftest import text_of
from tests.recordings.conftest import make_recording
from tests.surveys.conftest import QUESTIONS, over


def edit(client, room, **fields):
    return client.post(f"/rooms/{room.pk}/edit", {"title": room.title, "visibility": "public", **fields})


def test_the_host_makes_a_survey_sees_it_again_and_ends_it(browse, host, room):
    client = browse(host)
    fields = {"ask_survey": "on", "question_1": "Why?", "question_3": "Which?", "options_3": " red \n\nblue\n"}
    assert edit(client, room, **fields).status_code == 302
    room.refresh_from_db()
    asked = [{"text": "Why?", "options": []}, {"text": "Which?", "options": ["red", "blue"]}]
    assert room.survey == {"questions": asked}
    page = text_of(client.get(f"/rooms/{room.pk}/edit"))
    assert 'value="Why?"' in page
    assert "red\nblue</textarea>" in page
    edit(client, room)
    room.refresh_from_db()
    assert room.survey is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"options_1": "a\nb"}, "Write the question to these answers."),
        ({"question_1": "Which?", "options_1": "\n".join("abcdefghi")}, "There may be at most 8 answers."),
        ({"question_1": "Which?", "options_1": "a\n" + "x" * 101}, "An answer may have at most 100 characters."),
        ({"question_1": "Which?", "options_1": "a"}, "A choice needs at least two answers"),
        ({"question_1": "Which?", "question_2": "Which?"}, "Two questions of the survey are the same."),
        ({"question_1": "x" * 201}, "200"),
    ],
)
def test_a_survey_that_cannot_be_asked_comes_back_with_the_form(browse, host, room, fields, sentence):
    page = edit(browse(host), room, ask_survey="on", **fields)
    assert page.status_code == 200
    assert sentence in text_of(page)
    room.refresh_from_db()
    assert room.survey is None


def test_who_came_finds_it_by_the_link_for_a_while_and_nobody_else(browse, guest, viewer, host, room, preset):
    session = over(room, preset, guest)
    address = f"/w/{room.slug}/{session.pk}"
    assert 'id="survey"' in text_of(browse(guest).get(address))
    for other in (None, viewer, host):
        assert 'id="survey"' not in text_of(browse(other).get(address))
    make_recording(session, published_at=timezone.now())
    client = browse(guest)
    client.post(address, {"continue": "1"})
    replay = text_of(client.get(address))
    assert 'id="replay"' in replay
    assert 'id="survey"' in replay
    Session.objects.update(ended_at=timezone.now() - timedelta(days=15))
    assert 'id="survey"' not in text_of(client.get(address))


def test_the_report_shows_the_results(browse, host, guest, member, room, preset):
    session = over(room, preset, guest, member)
    here = f"/sessions/{session.pk}/report"
    assert "Nobody has answered yet." in text_of(browse(host).get(here))
    first, second = (each["text"] for each in QUESTIONS)
    for rating, who, text, option in ((5, guest, "<b>Tea</b>", "Yes"), (4, member, "Time", "Yes")):
        SurveyAnswer.objects.create(
            attendance=session.attendances.get(user=who),
            rating=rating,
            answers=[{"question": first, "answer": text}, {"question": second, "answer": option}],
        )
    page = text_of(browse(host).get(here))
    assert '<dd data-number="rating">4.5</dd>' in page
    assert "&lt;b&gt;Tea" in page
    assert f"/v1/webinar/sessions/{session.pk}/survey/export?format=csv" in page


def test_without_a_survey_the_report_says_nothing_of_it(browse, host, room, preset):
    session = over(room, preset)
    type(room).objects.update(survey=None)
    assert 'id="survey-results"' not in text_of(browse(host).get(f"/sessions/{session.pk}/report"))
