"""How each event about who is there comes to be told."""

from sessions.models import Session
from sessions.people import attendance
from sessions.people.presence import publish_count


def a_guest_joins(session, guest, host):
    attendance.record_join(session, guest, role="audience")
    count_again(session)


def a_guest_leaves(session, guest, host):
    attendance.record_join(session, guest, role="audience")
    attendance.record_leave(session, guest.pk)
    count_again(session)


def count_again(session):
    """As the flush that follows does."""
    publish_count(session.pk)
    Session.objects.filter(pk=session.pk).update(max_viewers=0)  # the peak is not told, only the present number


HAPPENINGS = {"presence.joined": (True, a_guest_joins), "presence.left": (True, a_guest_leaves)}
