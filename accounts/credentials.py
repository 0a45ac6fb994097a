"""Tokens and keys: how they are issued, checked, rotated and revoked (API contract §1, lifetimes)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import RefreshToken, User
from accounts.person import Person
from base.ids import parse_uuid, uuid7
from base.secrets import derive_key, hash_token, new_token

_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in hands out: a JWT for calls and an opaque token for the next one."""

    access_token: str
    refresh_token: str


def issue_tokens(user: User, *, session_id: UUID | None = None) -> Tokens:
    """Begin a new family of tokens for ``user``, limited to one session when ``session_id`` is given."""
    now = timezone.now()
    refresh = new_token("rt_")
    with transaction.atomic():
        row = RefreshToken.objects.create(
            family=uuid7(),
            user=user,
            token_hash=hash_token(refresh),
            session_id=session_id,
            expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
            family_expires_at=now + settings.REFRESH_FAMILY_LIFETIME,
        )
    return Tokens(access_token(row, now), refresh)


def access_token(row: RefreshToken, now: datetime) -> str:
    """A signed access token that says whose it is and which family it came from."""
    claims = {
        "sub": str(row.user_id),
        "typ": "access",
        "fam": str(row.family),
        "epoch": row.user.credentials_epoch,
        "iat": int(now.timestamp()),
        "exp": int((now + settings.ACCESS_TOKEN_LIFETIME).timestamp()),
    }
    if row.session_id:
        claims["session"] = str(row.session_id)
    return jwt.encode(claims, derive_key("access token"), algorithm=_ALGORITHM)


def person_of_access_token(token: str) -> Person | None:
    """Whose access token this is, None when it does not hold (forged, expired, revoked, inactive account)."""
    try:
        claims = jwt.decode(
            token,
            derive_key("access token"),
            algorithms=[_ALGORITHM],
            options={"require": ["sub", "exp", "iat", "typ"]},
        )
    except jwt.InvalidTokenError:
        return None
    user = User.objects.filter(pk=parse_uuid(claims["sub"]), is_active=True).first()
    if user is None or claims["typ"] != "access" or claims.get("epoch") != user.credentials_epoch:
        return None
    return Person(user=user, session_id=parse_uuid(claims.get("session")))


def person_of_api_key(key: str) -> Person | None:
    """Whom this API key acts for, None when it does not hold."""
    raise NotImplementedError
