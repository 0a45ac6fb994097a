"""The number of viewers is counted by who publishes it, and asked for by everybody else."""

import pytest
from django.utils import timezone

from sessions.models import Presence
from sessions.people.presence import publish_count
from sessions.people.viewers import count_viewers, remember_count, viewer_count, viewer_counts

pytestmark = pytest.mark.django_db


def come(session, user, *, source="a", role="audience"):
    Presence.objects.create(session=session, user=user, source=source, role=role, seen_at=timezone.now())


def test_each_person_of_the_audience_counts_once(live_session, guest, member, host):
    come(live_session, guest)
    come(live_session, guest, source="b")
    come(live_session, member)
    come(live_session, host, role="host")
    assert count_viewers([live_session.pk]) == {live_session.pk: 2}


def test_who_asks_does_not_count_again(live_session, guest, django_assert_num_queries):
    assert viewer_count(live_session) == 0
    come(live_session, guest)
    with django_assert_num_queries(0):
        assert viewer_count(live_session) == 0


def test_what_is_published_is_what_is_answered(live_session, guest, django_assert_num_queries):
    assert viewer_count(live_session) == 0
    come(live_session, guest)
    publish_count(live_session.pk)
    with django_assert_num_queries(0):
        assert viewer_count(live_session) == 1


def test_many_sessions_are_counted_by_one_query(live_session, guest, other_tenant, django_assert_num_queries):
    other = type(live_session).objects.create(room=other_tenant.room, preset=other_tenant.preset, title="Other")
    come(other, guest)
    with django_assert_num_queries(1):
        assert viewer_counts([live_session, other]) == {live_session.pk: 0, other.pk: 1}
    remember_count(other.pk, 7)
    with django_assert_num_queries(0):
        assert viewer_counts([live_session, other]) == {live_session.pk: 0, other.pk: 7}
