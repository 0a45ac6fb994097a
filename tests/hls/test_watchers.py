"""Watching over HLS counts as being there, once a person, at a few writes for any number of requests."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from hls import demand
from hls.models import HLSNeed
from hls.presence import GONE_AFTER, Watchers
from media.models import Capture
from recordings.models import Recording
from sessions.models import Attendance, Presence
from sessions.people.attendance import record_join
from sessions.people.presence import SocketPresence
from sessions.people.viewers import count_viewers
from tests.hls.watched import captured, end

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watchers(clock):
    return Watchers(clock)


def joined(session, name="Grace"):
    user = User.objects.create_user(username=name, is_guest=True)
    with transaction.atomic():
        record_join(session, user, role="audience")
    Presence.objects.all().delete()
    return user


def test_somebody_who_watches_is_counted_once_and_attends_until_they_stop(live_session, watchers, clock):
    grace = joined(live_session)
    tab = SocketPresence()
    tab.arrived(live_session.pk, grace.pk, role="audience")
    tab.flush()
    for _ in range(3):
        watchers.note_request(live_session.pk, grace.pk, role="audience")
    watchers.flush()
    assert count_viewers([live_session.pk])[live_session.pk] == 1
    tab.left(live_session.pk, grace.pk)
    tab.flush()
    assert count_viewers([live_session.pk])[live_session.pk] == 1  # the player goes on
    row = Attendance.objects.get(user=grace)
    assert row.present_since is not None
    clock.now += GONE_AFTER + 1
    watchers.flush()
    assert count_viewers([live_session.pk])[live_session.pk] == 0
    assert not Presence.objects.filter(source=watchers.source).exists()
    row.refresh_from_db()
    assert abs(row.last_seen_at - (timezone.now() - timedelta(seconds=GONE_AFTER + 1))) < timedelta(seconds=60)


def test_only_who_is_new_or_due_is_written(live_session, watchers, clock, django_assert_num_queries, settings):
    for number in range(20):
        watchers.note_request(live_session.pk, joined(live_session, f"Viewer {number}").pk, role="audience")
    watchers.flush()
    assert Presence.objects.filter(source=watchers.source).count() == 20
    clock.now += 2
    for session_id, user_id in list(watchers._seen):
        watchers.note_request(session_id, user_id, role="audience")
    with django_assert_num_queries(0):
        watchers.flush()
    clock.now += settings.PRESENCE_TIMEOUT.total_seconds() / 3
    for session_id, user_id in list(watchers._seen):
        watchers.note_request(session_id, user_id, role="audience")
    before = Presence.objects.latest("seen_at").seen_at
    watchers.flush()
    assert Presence.objects.earliest("seen_at").seen_at > before


def test_when_the_process_stops_nobody_is_there_by_it(live_session, watchers):
    watchers.note_request(live_session.pk, joined(live_session).pk, role="audience")
    watchers.flush()
    watchers.clear()
    assert not Presence.objects.exists()


def test_hls_runs_while_it_is_watched_or_recorded_and_ends_when_nobody_needs_it(live_session, watchers, settings, host):
    captured(live_session, since=timedelta(minutes=10))
    Capture.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    watchers.note_request(live_session.pk, joined(live_session).pk, role="audience")
    watchers.flush()
    demand.keep()
    assert Capture.objects.get().wanted
    HLSNeed.objects.update(needed_at=timezone.now() - settings.HLS_IDLE)
    recording = Recording.objects.create(session=live_session, capture=Capture.objects.get(), name="Launch")
    demand.keep()
    assert Capture.objects.get().wanted
    recording.phase, recording.stopped_at = "processing", timezone.now()
    recording.save()
    demand.keep()
    assert Capture.objects.get().wanted  # the next recording may begin at once
    Recording.objects.update(stopped_at=timezone.now() - settings.HLS_IDLE)
    demand.keep()
    assert not Capture.objects.get().wanted


def test_what_was_asked_for_is_begun_again_when_it_broke_off_and_ends_with_the_session(live_session):
    demand.ensure(live_session)
    Capture.objects.update(wanted=False, state="failed", ended_at=timezone.now())
    demand.keep()
    assert not Capture.objects.filter(wanted=True).exists()  # not at once
    Capture.objects.update(ended_at=timezone.now() - timedelta(minutes=2))
    demand.keep()
    assert Capture.objects.filter(wanted=True).count() == 1
    end(live_session)
    demand.keep()
    assert not Capture.objects.filter(wanted=True).exists()


def test_a_capture_of_a_session_that_was_deleted_ends(live_session):
    demand.ensure(live_session)
    live_session.deleted_at = timezone.now()
    live_session.save()
    demand.keep()
    assert not Capture.objects.filter(wanted=True).exists()
