"""Passes: signed statements of who comes to which session. They can be shown later, and revoked in between."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from accounts import credentials
from accounts.person import Person
from core.errors import NotAllowed
from core.ids import parse_uuid
from core.secrets import decrypt, encrypt, signer
from organizations import keys
from sessions.models import Session

CONNECTION = "sockets.centrifugo.connection"
_SEALED = "sessions.rights.passes"


@dataclass(frozen=True, slots=True)
class Pass:
    """Who comes to which session. ``limit`` is the session to which the person's own credentials are limited;
    ``family`` or ``sign_in`` names the sign-in that they came from.
    """

    user_id: UUID
    session_id: UUID
    credentials_epoch: int
    api_key_id: UUID | None = None
    limit: UUID | None = None
    family: UUID | None = None
    sign_in: UUID | None = None

    def __hash__(self) -> int:
        """Of the person alone: crowds of passes are kept in dictionaries, and few people have several."""
        return hash(self.user_id)

    @classmethod
    def of(cls, person: Person, session: Session) -> "Pass":
        """Raises NotAllowed for anonymous callers."""
        user = person.user
        if user is None:
            raise NotAllowed
        key = person.api_key.id if person.api_key else None
        return cls(user.pk, session.pk, user.credentials_epoch, key, person.session_id, person.family, person.sign_in)

    def signed(self, salt: str, nonce: str = "") -> str:
        """The pass as signed text, which only we can make."""
        return signer(salt).sign_object([*self._values(), nonce])

    def sealed(self) -> str:
        """The pass as encrypted text, which only we can make and read; :func:`open_sealed` reads it."""
        return encrypt(json.dumps(self._values(), separators=(",", ":")), purpose=_SEALED)

    def connection_token(self) -> str:
        """A token that names the pass for as long as Centrifugo keeps the connection."""
        return self.signed(CONNECTION)

    def _values(self) -> list[str | int]:
        named = (self.user_id, self.session_id, self.api_key_id, self.limit, self.family, self.sign_in)
        return [*(str(value) if value else "" for value in named), self.credentials_epoch]

    @property
    def listener(self) -> UUID | None:
        """The user whose personal topic this connection receives; None for a key, which is no person."""
        return None if self.api_key_id else self.user_id

    def person(self) -> Person | None:
        """The person of the pass; None if it was revoked: signed out, new password, closed account, lost key."""
        user = credentials.holder(self.user_id, epoch=self.credentials_epoch, family=self.family, sign_in=self.sign_in)
        if user is None:
            return None
        key = keys.grants_of([self.api_key_id]).get(self.api_key_id) if self.api_key_id else None
        if self.api_key_id and (key is None or key.acts_as_id != user.pk):
            return None
        return Person(user=user, api_key=key, session_id=self.limit, family=self.family, sign_in=self.sign_in)

    def ends_at(self) -> datetime | None:
        """When the credentials behind the pass expire, as far as is known now; None: not by time."""
        ends = (
            credentials.expiry_of(self.family) if self.family else None,
            keys.expiry_of(self.api_key_id) if self.api_key_id else None,
        )
        return min((end for end in ends if end is not None), default=None)


def open_pass(text: str, salt: str, lifetime: timedelta) -> tuple[Pass, str] | None:
    """The pass in ``text`` and its nonce; None if it is forged or too old."""
    try:
        return read_pass(text, salt, lifetime)
    except (signing.BadSignature, ValueError):
        return None


def read_pass(text: str, salt: str, lifetime: timedelta) -> tuple[Pass, str]:
    """The same; raises SignatureExpired, BadSignature or ValueError instead."""
    *values, nonce = signer(salt).unsign_object(text, max_age=lifetime)
    return _pass_of(values), nonce


def open_sealed(text: str) -> Pass | None:
    """The pass that was encrypted in ``text``; None if it is none of ours."""
    values = decrypt(text, purpose=_SEALED) if text else None
    try:
        return _pass_of(json.loads(values)) if values else None
    except ValueError:
        return None


def _pass_of(values: Sequence[str | int]) -> Pass:
    """Raises ValueError for anything else, including passes from before they named the browser's sign-in."""
    user, session, key, limit, family, sign_in, epoch = values
    user_id, session_id = parse_uuid(user), parse_uuid(session)
    if user_id is None or session_id is None:
        raise ValueError(values)
    named = (parse_uuid(value) for value in (key, limit, family, sign_in))
    return Pass(user_id, session_id, int(epoch), *named)
