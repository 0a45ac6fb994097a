"""People who come to a session and go, for tests about attendance."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.models import Attendance, Stay
from sessions.people import attendance

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def join(session, user, *, role="audience"):
    with transaction.atomic():
        return attendance.record_join(lifecycle.lock_session(session.pk), user, role=role)


def leave(session, user):
    with transaction.atomic():
        return attendance.record_leave(lifecycle.lock_session(session.pk), user.pk)


def end(session):
    with transaction.atomic():
        lifecycle.end(lifecycle.lock_session(session.pk))


def arrive(sockets, session, user):
    sockets.arrived(session.pk, user.pk, role="audience")
    sockets.flush()


def depart(sockets, session, user):
    sockets.left(session.pk, user.pk)
    sockets.flush()


def row(user):
    return Attendance.objects.get(user=user)


def summary(user):
    """(joins, seconds watched, when they left as seconds from the start)."""
    found = row(user)
    gone = None if found.left_at is None else (found.left_at - START) / timedelta(seconds=1)
    return found.join_count, found.watch_duration, gone


def stays(user):
    times = Stay.objects.filter(attendance__user=user).values_list("began_at", "ended_at")
    return [tuple((moment - START) / timedelta(seconds=1) for moment in pair) for pair in times]


def told():
    events = OutboxEvent.objects.filter(type__startswith="presence.").order_by("pk")
    return [(event.type, event.data["username"]) for event in events]
