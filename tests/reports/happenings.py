"""How each event about who is there comes to be told."""

from sessions import attendance


def a_guest_joins(session, guest, host):
    attendance.came(session, guest, is_crew=False)


def a_guest_leaves(session, guest, host):
    attendance.came(session, guest, is_crew=False)
    attendance.left(session, guest.pk)


HAPPENINGS = {"presence.joined": (True, a_guest_joins), "presence.left": (True, a_guest_leaves)}
