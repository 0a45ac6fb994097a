"""What a replay consists of, and how recordings come into it."""

import pytest
from django.utils import timezone

from accounts.person import ANONYMOUS
from core.errors import NotAllowed, NotFound
from realtime.models import OutboxEvent
from recordings import queries, replay
from recordings.errors import RecordingNotReady
from recordings.models import Recording
from sessions.models import Ban, Session
from sessions.rights.capabilities import capabilities
from tests.conftest import as_person
from tests.recordings.conftest import make_recording


def told():
    return [(row.type, row.data["recording_id"]) for row in OutboxEvent.objects.filter(type="replay.ready")]


def state(session):
    found = queries.replay_of(session)
    return str(found.status), found.progress, [recording.name for recording in found.recordings]


def test_a_completed_recording_is_published_by_itself(recording):
    replay.completed(recording)
    replay.completed(recording)
    recording.refresh_from_db()
    assert recording.published_at is not None
    assert told() == [("replay.ready", str(recording.pk))]


def test_with_review_it_waits_for_the_host(recording, settings, host):
    settings.REPLAY_PUBLISHING = "review"
    replay.completed(recording)
    assert state(recording.session) == ("review", 100, [])
    assert told() == []
    replay.publish(actor=as_person(host), recording=recording)
    replay.publish(actor=as_person(host), recording=recording)
    assert state(recording.session) == ("ready", 100, ["Launch"])
    assert told() == [("replay.ready", str(recording.pk))]


@pytest.mark.parametrize(
    ("setting", "choice", "published"),
    [("automatic", "review", False), ("review", "automatic", True), ("review", None, False)],
)
def test_the_host_decides_for_a_session_whatever_the_setting(recording, settings, host, setting, choice, published):
    settings.REPLAY_PUBLISHING = setting
    replay.choose_publishing(actor=as_person(host), session=recording.session, publishing="automatic")
    replay.choose_publishing(actor=as_person(host), session=recording.session, publishing=choice)
    replay.completed(recording)
    recording.refresh_from_db()
    assert (recording.published_at is not None) is published


def test_what_the_host_took_out_is_not_published_by_a_repeated_processing(recording, host):
    replay.completed(recording)
    replay.unpublish(actor=as_person(host), recording=recording)
    replay.completed(recording)
    assert state(recording.session) == ("review", 100, [])


def test_what_was_deleted_or_failed_meanwhile_is_not_published(ended_session):
    for fields in ({"deleted_at": timezone.now()}, {"status": "failed"}):
        recording = make_recording(ended_session, **fields)
        replay.completed(recording)
        recording.refresh_from_db()
        assert recording.published_at is None
    assert told() == []


def test_a_recording_of_a_deleted_session_is_left_alone(recording, host):
    Session.objects.update(deleted_at=timezone.now())
    replay.completed(recording)
    recording.refresh_from_db()
    assert recording.published_at is None
    with pytest.raises(NotFound):
        replay.publish(actor=as_person(host), recording=recording)


def test_the_replay_has_what_is_published_in_the_order_it_was_recorded(ended_session):
    now = timezone.now()
    make_recording(ended_session, name="Second", published_at=now)
    make_recording(ended_session, name="First", published_at=now, started_at=ended_session.started_at)
    make_recording(ended_session, name="Not yet")
    make_recording(ended_session, name="Deleted", published_at=now, deleted_at=now)
    assert state(ended_session) == ("ready", 100, ["First", "Second"])
    assert [recording.name for recording in queries.published(ended_session)] == ["First", "Second"]


def test_processing_tells_how_far_it_is_over_all_recordings(ended_session):
    make_recording(ended_session)
    make_recording(ended_session, status="recording", phase="processing", progress=40)
    assert state(ended_session) == ("processing", 70, [])


def test_a_session_without_recordings_or_with_a_failed_one_has_no_replay(ended_session):
    assert state(ended_session) == ("none", 0, [])
    make_recording(ended_session, status="failed", phase="done", file_path="")
    assert state(ended_session) == ("none", 0, [])


def test_there_is_no_replay_before_the_end(live_session):
    make_recording(live_session, published_at=timezone.now())
    assert state(live_session) == ("none", 0, [])
    assert list(queries.published(live_session)) == []


def test_only_what_is_ready_can_be_published(ended_session, host):
    with pytest.raises(RecordingNotReady):
        replay.publish(actor=as_person(host), recording=make_recording(ended_session, status="failed"))


def test_only_who_leads_publishes(recording, guest, member, host):
    for person in (as_person(guest), as_person(member), ANONYMOUS):
        for action in (replay.publish, replay.unpublish):
            with pytest.raises(NotAllowed):
                action(actor=person, recording=recording)
        with pytest.raises(NotAllowed):
            replay.choose_publishing(actor=person, session=recording.session, publishing="review")
    assert Recording.objects.get().replay_decided_at is None


def test_whoever_has_a_name_and_was_not_banned_may_watch(ended_session, guest, member, stranger, host):
    def may(person):
        return capabilities(person, ended_session).may_watch_replay

    people = (guest, member, stranger, host)
    assert [may(as_person(user)) for user in people] == [True] * 4
    assert may(ANONYMOUS) is False
    Ban.objects.create(session=ended_session, user=guest, banned_by=host)
    assert may(as_person(guest)) is False
    ended_session.room.visibility = "private"
    assert [may(as_person(user)) for user in (member, stranger)] == [True, False]


def test_a_locked_session_does_not_close_the_replay(ended_session, guest):
    ended_session.is_door_closed = True
    assert capabilities(as_person(guest), ended_session).may_watch_replay is True
