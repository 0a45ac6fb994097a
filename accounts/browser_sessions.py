"""Django's browser sessions, stored in the database behind the cache; ending one ends what was derived from it.

Each sign-in gets its own name, stored in the session. The name stays the same when the session's key changes. Django
flushes a session when its person signs out, when somebody else signs in, and when the password has changed.
"""

from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db
from django.http import HttpRequest

from accounts import credentials
from core.ids import parse_uuid, uuid7

SIGN_IN = "sign_in"


class SessionStore(cached_db.SessionStore):
    """A browser's session."""

    def flush(self) -> None:
        sign_in, user_id = parse_uuid(self.get(SIGN_IN)), parse_uuid(self.get(SESSION_KEY))
        super().flush()
        if sign_in is not None:
            credentials.end_sign_in(sign_in, user_id)


def name_sign_in(sender: object, request: HttpRequest, **options: object) -> None:
    """Signal handler: after each sign-in, give the session a new name."""
    former = parse_uuid(request.session.get(SIGN_IN))
    if former is not None:
        credentials.end_sign_in(former, parse_uuid(request.session.get(SESSION_KEY)))
    request.session[SIGN_IN] = str(uuid7())


def sign_in_of(request: HttpRequest) -> UUID | None:
    """The name of the sign-in behind ``request``; sessions without one (made before names existed) get one now."""
    found = parse_uuid(request.session.get(SIGN_IN))
    if found is None and SESSION_KEY in request.session:
        found = uuid7()
        request.session[SIGN_IN] = str(found)
    return found
