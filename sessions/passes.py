"""Passes: who may come to which session, written down so that it can be shown later, and revoked meanwhile."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing

from accounts import credentials
from accounts.person import Person
from base.errors import NotAllowed
from base.ids import parse_uuid
from sessions.models import Session

CONNECTION = "live.centrifugo.connection"


@dataclass(frozen=True, slots=True)
class Pass:
    """Who comes to which session. ``limit`` is the session that the person's own credentials are bound
    to, ``family`` the sign-in that they came from.
    """

    user_id: UUID
    session_id: UUID
    credentials_epoch: int
    api_key_id: UUID | None = None
    limit: UUID | None = None
    family: UUID | None = None

    @classmethod
    def of(cls, person: Person, session: Session) -> "Pass":
        """Raises NotAllowed for anonymous callers."""
        if person.user is None:
            raise NotAllowed
        key = person.api_key.pk if person.api_key else None
        return cls(person.user.pk, session.pk, person.user.credentials_epoch, key, person.session_id, person.family)

    def signed(self, salt: str, nonce: str = "") -> str:
        """The pass as text that only we can have written."""
        named = (self.user_id, self.session_id, self.api_key_id, self.limit, self.family)
        ids = [str(value) if value else "" for value in named]
        return signing.dumps([*ids, self.credentials_epoch, nonce], salt=salt)

    def connection_token(self) -> str:
        """Names the pass for as long as Centrifugo holds the connection."""
        return self.signed(CONNECTION)

    @property
    def listener(self) -> UUID | None:
        """Whose own topic this connection hears: nobody's through a key, which is no person."""
        return None if self.api_key_id else self.user_id

    def person(self) -> Person | None:
        """Whose pass this is, None when it was revoked since: signed out, new password, closed account, lost key."""
        user = credentials.holder(self.user_id, epoch=self.credentials_epoch, family=self.family)
        if user is None:
            return None
        key = None
        if self.api_key_id is not None:
            key = credentials.holding_api_keys().filter(pk=self.api_key_id, acts_as=user).first()
            if key is None:
                return None
        return Person(user=user, api_key=key, session_id=self.limit, family=self.family)


def open_pass(text: str, salt: str, lifetime: timedelta) -> tuple[Pass, str] | None:
    """The pass in ``text`` and its nonce; None when it is forged or too old."""
    try:
        return read_pass(text, salt, lifetime)
    except (signing.BadSignature, ValueError):
        return None


def read_pass(text: str, salt: str, lifetime: timedelta) -> tuple[Pass, str]:
    """The same; raises SignatureExpired, BadSignature or ValueError."""
    user, session, key, limit, family, epoch, nonce = signing.loads(text, salt=salt, max_age=lifetime)
    user_id, session_id = parse_uuid(user), parse_uuid(session)
    if user_id is None or session_id is None:
        raise ValueError(text)
    return Pass(user_id, session_id, epoch, parse_uuid(key), parse_uuid(limit), parse_uuid(family)), nonce
