"""The report of a session as a page."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from organizations.models import Library
from reports.chart import chart_of
from reports.queries import statistics
from sessions.models import SessionRole
from sessions.tasks import forget_attendance


def page(client, user, session, **query):
    if user is not None:
        client.force_login(user)
    return client.get(f"/sessions/{session.pk}/report", query)


def test_who_leads_the_session_reads_it(client, evening, host, member, guest, stranger, room):
    evening.join(guest, 0)
    session = evening.session
    SessionRole.objects.create(session=session, user=member, role="co_host", assigned_by=host)
    assert page(client, None, session).status_code == 302
    answers = {user: page(client, user, session) for user in (guest, stranger, member, host)}
    assert [answer.status_code for answer in answers.values()] == [403, 403, 200, 200]
    assert [b"Grace" in answer.content for answer in answers.values()][2:] == [True, True]
    assert b"30 s" not in answers[guest].content
    room.visibility = "private"
    room.save()
    assert page(client, stranger, session).status_code == 404


def test_it_shows_numbers_chart_and_people(client, evening, host, people):
    first, second = people(2)
    evening.join(first, 0)
    evening.join(second, 30)
    evening.leave(first, 60)
    evening.end(120)
    text = page(client, host, evening.session).content.decode()
    assert '<dd data-number="total">2</dd>' in text
    assert '<dd data-number="peak">2</dd>' in text
    assert '<dd data-number="average">1 min 15 s</dd>' in text
    assert "Attendees over time: 1 at the beginning, 2 at the most, 0 at the end." in text
    assert text.index("Guest 0") < text.index("Guest 1")
    for name in ("csv", "xlsx", "json"):
        assert f"/v1/webinar/sessions/{evening.pk}/attendance/export?format={name}" in text


def test_names_cannot_write_html(client, evening, host):
    evening.join(User.objects.create_user(username="<img src=x onerror=alert(1)>", is_guest=True), 0)
    text = page(client, host, evening.session).content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_before_it_was_live_it_says_what_will_be_here(client, session, host):
    text = page(client, host, session).content.decode()
    assert "has not been live yet" in text
    assert "chart-drawing" not in text


def test_a_session_that_nobody_came_to(client, evening, host):
    evening.end(60)
    text = page(client, host, evening.session).content.decode()
    assert "Nobody joined this webinar." in text
    assert "chart-drawing" not in text
    assert "attendance/export" not in text


def test_the_people_stand_on_pages_of_fifty(client, evening, host, people):
    for guest in people(51):
        evening.join(guest, 0)
    first, second = (page(client, host, evening.session, page=number).content.decode() for number in (1, 2))
    assert (first.count("<bdi>"), second.count("<bdi>")) == (50, 1)


def test_the_cost_does_not_grow_with_the_people(client, evening, host, people):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, host, evening.session)
        return len(queries)

    guests = people(3)
    evening.join(guests[0], 0)
    cost()
    one = cost()
    for guest in guests[1:]:
        evening.join(guest, 0)
    assert cost() == one


def test_the_session_page_links_to_it_once_there_is_something(client, evening, host, room, preset):
    from sessions.models import Session

    other = Session.objects.create(room=room, preset=preset, title="Later")
    client.force_login(host)
    pages = [client.get(f"/sessions/{pk}").content.decode() for pk in (evening.pk, other.pk)]
    assert [f"/sessions/{pk}/report" in text for pk, text in zip((evening.pk, other.pk), pages, strict=True)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(("peak", "top"), [(1, 1), (2, 2), (3, 4), (5, 6), (9, 10), (11, 20), (41, 50), (201, 400)])
def test_the_scale_of_the_chart_ends_at_a_readable_number(evening, people, peak, top):
    from reports.chart import _rounded_up

    assert _rounded_up(peak) == top


def test_the_line_of_the_chart_is_as_long_as_the_session(evening, people):
    first, second = people(2)
    evening.join(first, 0)
    evening.join(second, 15)
    evening.end(20)
    chart = chart_of(statistics(evening.session).timeline)
    assert chart.line == "M0 150.0H500.0V0.0H1000.0V300.0"
    assert chart.area == "M0 150.0H500.0V0.0H1000.0V300.0V300H0Z"
    assert (chart.top, chart.half) == (2, 1)


def test_what_was_said_can_be_taken_along(client, evening, host):
    evening.end(60)
    text = html.unescape(page(client, host, evening.session).content.decode())
    base = f"/v1/webinar/sessions/{evening.pk}"
    for address in ("chat/export?", "polls/export?", "polls/export?rows=votes&", "questions/export?"):
        for name in ("csv", "xlsx", "json"):
            assert f'href="{base}/{address}format={name}"' in text
            answer = client.get(f"{base}/{address}format={name}")
            assert (answer.status_code, bool(b"".join(answer))) == (200, True)


def test_it_says_how_long_who_came_is_kept_and_that_it_is_gone(client, evening, host, people):
    evening.join(people(1)[0], 0)
    evening.end(60)
    assert "is deleted on" not in page(client, host, evening.session).content.decode()
    Library.objects.update(attendance_retention_days=3)
    assert "Attendance is deleted on" in page(client, host, evening.session).content.decode()
    evening.at(61 + 3 * 24 * 3600)
    forget_attendance()
    assert "Attendance was deleted" in page(client, host, evening.session).content.decode()
