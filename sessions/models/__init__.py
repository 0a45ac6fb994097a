"""Sessions and the people in them."""

from sessions.models.people import Admission, Attendance, Ban, Invitation, Presence, SessionRole, StageMember, Stay
from sessions.models.session import Session, SessionQuerySet

__all__ = [
    "Admission",
    "Attendance",
    "Ban",
    "Invitation",
    "Presence",
    "Session",
    "SessionQuerySet",
    "SessionRole",
    "StageMember",
    "Stay",
]
