"""The answers to Centrifugo's proxies, in Centrifugo's format; each is decided in one place and refused by default.

A subscribe answer without ``error`` admits everyone, and any HTTP status but 200 makes clients retry for ever. So every
path ends in an explicit answer: what is not expressly allowed is refused, and our own failures are temporary errors.
"""

import json
import logging
from typing import Any

from django.conf import settings

from realtime.sockets import NO_TICKET
from sessions.models import Session
from sessions.rights.capabilities import capabilities
from sockets.admission import Refused, welcome
from sockets.tickets import Pass, read_connection, spend_ticket
from sockets.topics import topics_for

logger = logging.getLogger(__name__)

Answer = dict[str, Any]

#: Codes below 4500 make clients reconnect, the others are final; a reason has at most 123 bytes (RFC 6455).
UNAUTHORIZED: Answer = {"disconnect": {"code": 4501, "reason": "unauthorized"}}
DENIED: Answer = {"error": {"code": 103, "message": "permission denied"}}
TROUBLE: Answer = {"error": {"code": 100, "message": "internal server error", "temporary": True}}
_REASONS = {4401: "no valid ticket", 4503: "not allowed", 4510: "session over"}


def connect(body: Any) -> Answer:
    """The ticket's person, with the state of their session; a disconnect for everybody else. Spends the ticket.

    The connection ends when the person's credentials expire (``expire_at``).
    """
    data = body.get("data") if isinstance(body, dict) else None
    ticket = data.get("ticket") if isinstance(data, dict) else None
    entry = spend_ticket(ticket) if isinstance(ticket, str) else None
    if entry is None:
        return _disconnect(NO_TICKET)
    try:
        given = welcome(entry, {})
    except Refused as refused:
        return _disconnect(refused.code)
    ends = entry.ends_at()
    return {
        "result": {
            **({"expire_at": int(ends.timestamp())} if ends else {}),
            "user": str(entry.user_id),
            "data": {
                "state": json.loads(given.state),
                "topics": given.positions,
                "heartbeat": int(settings.SOCKET_HEARTBEAT.total_seconds()),
            },
            "meta": {"pass": entry.connection_token()},
        }
    }


def subscribe(body: Any) -> Answer:
    """An empty result only if the connection's own pass allows this channel now; otherwise code 103."""
    if not isinstance(body, dict):
        return DENIED
    meta = body.get("meta")
    token = meta.get("pass") if isinstance(meta, dict) else None
    entry = read_connection(token) if isinstance(token, str) else None
    if entry is None or body.get("user") != str(entry.user_id):
        return DENIED
    return {"result": {}} if body.get("channel") in _channels(entry) else DENIED


def _channels(entry: Pass) -> list[str]:
    person = entry.person()
    rows = Session.objects.alive().select_related("preset__library", "room__library__organization", "room__host")
    session = rows.filter(pk=entry.session_id).first()
    if person is None or session is None:
        return []
    return topics_for(session, capabilities(person, session), entry.listener)


def _disconnect(code: int) -> Answer:
    return {"disconnect": {"code": code, "reason": _REASONS[code]}}
