"""What every command begins with."""

from typing import Any

from rest_framework import serializers

from accounts.person import Person
from core.errors import Invalid, NotAuthenticated
from sessions.models import Session
from sessions.queries import find_session
from sockets.admission import Connection


def caller(connection: Connection) -> tuple[Person, Session]:
    """Who commands, and the session of their socket. Raises NotAuthenticated (revoked since) and NotFound."""
    person = connection.entry.person()
    if person is None:
        raise NotAuthenticated
    return person, find_session(person, connection.entry.session_id)


def parse(serializer: type[serializers.Serializer[Any]], data: dict[str, Any]) -> dict[str, Any]:
    """``data`` as the REST operation's body, validated. Raises Invalid with the first fault's sentence."""
    bound = serializer(data=data)
    if not bound.is_valid():
        field, faults = next(iter(bound.errors.items()))
        raise Invalid.field(field, str(faults[0]) if isinstance(faults, list) else str(faults))
    return dict(bound.validated_data)
