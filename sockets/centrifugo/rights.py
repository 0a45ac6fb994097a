"""Ends connections that Centrifugo holds when rights change, because Centrifugo itself does not ask again.

A person whose rights changed is disconnected with 4401, fetches a new ticket and gets new state and topics; one who may
no longer be there gets the final 4503. When everybody's rights changed, the lobby gets ``state.stale``, and clients
reconnect by themselves, spread over a moment.
"""

import logging
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from core.ids import parse_uuid
from realtime.brokers.centrifugo import CentrifugoBroker
from realtime.events import StateStale
from realtime.sockets import NO_TICKET, REFUSED
from sessions.models import Session
from sessions.rights.capabilities import capabilities

logger = logging.getLogger(__name__)


def listen(broker: CentrifugoBroker) -> None:
    """Act on what is told to our own processes."""
    broker.on_control(lambda topic, kind, data: _act_on(broker, topic, kind, data))


def _act_on(broker: CentrifugoBroker, topic: str, kind: str, data: Any) -> None:
    session_id = parse_uuid(topic.partition(":")[2])
    if kind == "people.changed":
        for user_id in data["user_ids"]:  # whoever still has valid credentials comes back with a new ticket
            broker.disconnect(user_id, code=NO_TICKET, reason="rights changed")
        return
    if session_id is None or kind not in {"rights.changed", "people.kicked"}:
        return
    if data["user_ids"] is None:
        stale = StateStale.on(topic)
        broker.publish_volatile(stale.topic_name, stale.type, stale.payload(), at=timezone.now())
        return
    if kind == "people.kicked":
        for user_id in data["user_ids"]:
            broker.disconnect(user_id, code=REFUSED, reason="put out")
        return
    session = Session.objects.select_related("preset__library", "room__library__organization", "room__host").get(
        pk=session_id
    )
    for user in User.objects.filter(pk__in=[UUID(user_id) for user_id in data["user_ids"]]):
        may_stay = user.is_active and capabilities(Person(user=user), session).may_join
        code, reason = (NO_TICKET, "rights changed") if may_stay else (REFUSED, "not allowed")
        broker.disconnect(str(user.pk), code=code, reason=reason)
