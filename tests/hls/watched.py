"""A live session whose capture is a folder with a journal, and people who came in to watch it."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from accounts.person import Person
from media.models import Capture
from sessions.models import Attendance, Session
from sessions.rights.playback import hls_url
from tests.media.hls.making import Journal


def captured(session, *, since=timedelta(minutes=1), count=10):
    """A capture of the session that began so long ago, and its journal, with so many segments."""
    now = timezone.now()
    capture = Capture.objects.create(
        room=session.media_room, state="running", started_at=now - since, first_segment_at=now - since
    )
    journal = Journal(capture.folder, began=(now - since).timestamp())
    for _ in range(count):
        journal.add()
    return capture, journal


def came_in(user, session):
    now = timezone.now()
    Attendance.objects.get_or_create(
        session=session,
        user=user,
        defaults={"joined_at": now, "last_seen_at": now, "present_since": now, "is_attendee": True, "join_count": 1},
    )
    return user


def path_for(user, session, name="index.m3u8"):
    """The path of this person's playlist."""
    return urlsplit(hls_url(Person(user=user), session)).path.replace("index.m3u8", name)


def end(session, ago=timedelta(0)):
    moment = timezone.now() - ago
    Session.objects.filter(pk=session.pk).update(status="ended", ended_at=moment)
    session.refresh_from_db()
