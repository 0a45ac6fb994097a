"""Announce that people's rights changed, so that their open connections are checked again.

This is the one place for it: a new password, a closed account, a signed-out browser, a revoked key or sign-in, a lost
membership, a closed organization. Sockets receive the event in every process; a task handles media connections. Both
only save time: every kind of connection is also checked against the database every few seconds.
"""

from uuid import UUID

from core.nudges import nudge
from realtime.events import EVERYWHERE, Event, EventData, control
from realtime.outbox import emit


class PeopleChangedData(EventData):
    """Whose rights changed."""

    user_ids: list[UUID]


class PeopleChanged(Event, type="people.changed", topic=control):
    """The rights of these people changed, in whatever session they are."""

    session_id: UUID = EVERYWHERE
    data: PeopleChangedData


@nudge
def people_changed(user_ids: list[str]) -> None:
    """Nudge: make the LiveKit connections of these people match their rights."""


def rights_changed(*user_ids: UUID) -> None:
    """Have the open connections of these people checked again as soon as the present transaction is committed.

    Raises RuntimeError outside a transaction.
    """
    if not user_ids:
        return
    emit(PeopleChanged(data=PeopleChangedData(user_ids=list(user_ids))))
    people_changed.on_commit([str(user_id) for user_id in user_ids])
