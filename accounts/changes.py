"""Tell that the rights of people changed, so that whatever they hold open is judged anew.

The one place for it: a new password, a closed account, a signed-out browser, a revoked key or sign-in, a lost place in
an organization, a closed organization. Sockets hear it in every process; media connections follow by a task. Both are
nudges for promptness: each kind of connection is also judged again every few seconds, by what the database says then.
"""

from uuid import UUID

from core.nudges import nudge
from realtime.events import EVERYWHERE, Event, EventData, control
from realtime.outbox import emit


class PeopleChangedData(EventData):
    """Whose rights changed."""

    user_ids: list[UUID]


class PeopleChanged(Event, type="people.changed", topic=control):
    """Rights of people changed, whatever session they are in."""

    session_id: UUID = EVERYWHERE
    data: PeopleChangedData


@nudge
def people_changed(user_ids: list[str]) -> None:
    """Make what these people hold at engines fit their rights."""


def rights_changed(*user_ids: UUID) -> None:
    """Let everything that these people hold open be judged anew, as soon as the present transaction is committed.

    Raises RuntimeError outside a transaction.
    """
    if not user_ids:
        return
    emit(PeopleChanged(data=PeopleChangedData(user_ids=list(user_ids))))
    people_changed.on_commit([str(user_id) for user_id in user_ids])
