"""Sessions and the people in them."""

from sessions.models.people import Attendance, Ban, Invitation, Presence, SessionRole, StageMember, Stay
from sessions.models.session import Session, SessionQuerySet

__all__ = [
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
