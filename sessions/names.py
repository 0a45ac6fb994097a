"""Names in a session: those of crew and speakers are theirs alone, and an attendee's copy of a name gets a number.

Guests choose their names, so it is guests who give way; accounts that somebody made for a member keep theirs.
``Attendance`` holds what a name is compared by: a crowd costs one look into an index.
"""

from django.db.models import Max, Q

from accounts.models import User
from accounts.names import numbered, split_number
from base.lookalikes import look_alike, name_forms
from realtime.outbox import tell
from sessions.events import PresenceJoined, RightsChanged
from sessions.models import Attendance, Invitation, Session, SessionRole

LONGEST_KEY = 150


def name_key(name: str) -> str:
    """What is the same for names that differ in case, width, spaces, accents or look-alike letters only."""
    return name_forms(name)[0][:LONGEST_KEY]


def settle(session: Session, user: User) -> tuple[str, int]:
    """The key and the number of the name of ``user``, who joins ``session``, which is locked, among the audience.

    A guest whose name is taken gets the next number: Ana (2).
    """
    base, number = split_number(user.username)
    key = name_key(base)
    if not user.is_guest:
        return key, number
    is_taken = session.attendances.filter(name_key=key).exclude(user=user).exists()
    if is_taken or (number == 1 and _is_of_crew(session, base)):
        number = _rename(session, user, key)
    return key, number


def keep_for_crew(session: Session, name: str, *, user: User | None = None) -> None:
    """``name`` is now that of ``user`` in the crew or on the speakers' list: a guest who has it gets a number.

    ``session`` is locked. Among the guests of a session one at most has a name without a number.
    """
    key = name_key(split_number(name)[0])
    guests = session.attendances.filter(name_key=key, name_number=1, user__is_guest=True).select_related("user")
    leading = SessionRole.objects.filter(session=session, removed_at=None).values("user")
    for row in guests.exclude(user__in=leading).exclude(user=user):
        row.name_number = _rename(session, row.user, key)
        row.save(update_fields=["name_number"])
        if row.present_since is not None:
            tell(PresenceJoined.of(session, row, "audience"))
        tell(RightsChanged.of(session, row.user_id))


def _is_of_crew(session: Session, name: str) -> bool:
    """Whether a reader may take ``name`` for that of the host, or of somebody with a role or an invitation."""
    roles = SessionRole.objects.filter(session=session, removed_at=None).order_by().values_list("user__username")
    invited = Invitation.objects.filter(session=session, revoked_at=None).order_by().values_list("name")
    names = {name for (name,) in roles.union(invited)} | {session.room.host.username}
    return any(look_alike(name, split_number(known)[0]) for known in names)


def _rename(session: Session, user: User, key: str) -> int:
    """Give ``user`` the next number of this name, higher than any where they have been, for the name goes with them."""
    theirs = Attendance.objects.filter(user=user).values("session")
    known = Attendance.objects.filter(Q(session=session) | Q(session__in=theirs), name_key=key)
    highest = known.aggregate(highest=Max("name_number"))["highest"]
    number = max(highest or 1, 1) + 1
    user.username = numbered(split_number(user.username)[0], number)
    user.save(update_fields=["username"])
    return number
