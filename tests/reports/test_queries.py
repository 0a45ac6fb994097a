from datetime import timedelta
from itertools import pairwise

import pytest

from reports.queries import statistics, timeline_of
from sessions.models import SessionRole
from tests.reports.conftest import START


def seconds(timeline):
    return [((moment.at - START).total_seconds(), moment.viewers) for moment in timeline]


def test_a_whole_evening(evening, people):
    first, second, third = people(3)
    evening.join(first, 0)
    evening.join(second, 10)
    evening.leave(first, 30)
    evening.join(third, 40)
    evening.join(first, 60)
    evening.leave(second, 70)
    evening.end(100)
    found = statistics(evening.session)
    # 30 + 40, 60, 60 seconds.
    assert (found.total_attendees, found.currently_watching, found.peak_viewers) == (3, 0, 3)
    assert found.average_watch_duration == round((70 + 60 + 60) / 3)
    assert seconds(found.timeline) == [
        (0, 1), (10, 2), (20, 2), (30, 1), (40, 2), (50, 2), (60, 3), (70, 2), (80, 2), (90, 2), (100, 0),
    ]  # fmt: skip


def test_while_it_is_live_the_present_stay_counts(evening, people):
    guest, other = people(2)
    evening.join(guest, 5)
    evening.join(other, 15)
    evening.leave(other, 18)
    evening.at(35)
    found = statistics(evening.session)
    assert (found.total_attendees, found.currently_watching, found.average_watch_duration) == (2, 1, round(33 / 2))
    assert seconds(found.timeline) == [(0, 1), (10, 2), (20, 1), (30, 1)]


def test_the_crew_and_the_rehearsal_do_not_count(session, host, member, people, time_machine):
    from tests.reports.conftest import Evening

    SessionRole.objects.create(session=session, user=member, role="speaker", assigned_by=host)
    evening = Evening(session, time_machine)
    evening.join(host, 1, role="host")
    evening.join(people(1)[0], 2)
    evening.end(60)
    assert statistics(evening.session).total_attendees == 1
    assert statistics(evening.session).peak_viewers == 1


def test_a_session_that_never_was_live_has_no_numbers(session):
    found = statistics(session)
    assert (found.total_attendees, found.peak_viewers, found.average_watch_duration, found.timeline) == (0, 0, 0, [])


def test_a_live_session_without_anybody(evening):
    evening.at(20)
    found = statistics(evening.session)
    assert (found.total_attendees, found.average_watch_duration) == (0, 0)
    assert seconds(found.timeline) == [(0, 0), (10, 0), (20, 0)]


def test_two_hundred_people(evening, people, django_assert_num_queries):
    guests = people(200)
    for number, guest in enumerate(guests):
        evening.join(guest, number)
    for number, guest in enumerate(guests[:150]):
        evening.leave(guest, 1000 + number)
    evening.end(3600)
    session = evening.session
    with django_assert_num_queries(2):
        found = statistics(session)
    assert (found.total_attendees, found.peak_viewers, found.currently_watching) == (200, 200, 0)
    watched = sum(1000 for _ in range(150)) + sum(3600 - number for number in range(150, 200))
    assert found.average_watch_duration == round(watched / 200)
    levels = dict(seconds(found.timeline))
    assert len(levels) <= 121
    assert (levels[0], levels[120], levels[900], levels[1200], levels[3540]) == (60, 180, 200, 50, 50)


@pytest.mark.parametrize("hours", [0, 0.01, 1, 8, 24, 100])
def test_a_timeline_has_a_readable_number_of_points_that_show_a_short_peak(evening, hours):
    session = evening.session
    session.ended_at = START + timedelta(hours=hours)
    middle = START + timedelta(hours=hours) / 2
    brief = [(middle, middle + timedelta(seconds=1))] * 7
    timeline = timeline_of(session, brief, session.ended_at)
    assert 1 <= len(timeline) <= 121
    assert max(moment.viewers for moment in timeline) == 7
    steps = {later.at - earlier.at for earlier, later in pairwise(timeline)}
    assert len(steps) <= 1


def test_one_who_goes_as_another_comes_makes_no_peak_of_two(evening):
    session = evening.session
    turn = START + timedelta(seconds=25)
    stays = [(START, turn), (turn, turn + timedelta(seconds=5))]
    assert max(moment.viewers for moment in timeline_of(session, stays, turn + timedelta(seconds=30))) == 1
