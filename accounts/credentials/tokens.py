"""Access tokens, and the chains of refresh tokens that renew them (docs/contract.md §1, lifetimes)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.changes import rights_changed
from accounts.credentials.holders import holder
from accounts.credentials.revocation import lock_person, revoke_rows
from accounts.models import RefreshToken, User
from accounts.person import Person
from core.errors import NotAuthenticated
from core.ids import parse_uuid, uuid7
from core.limits import Limiter
from core.prepared import prepared
from core.secrets import derive_key, hash_token, new_token
from core.writes import insert

_ALGORITHM = "HS256"


class InvalidToken(NotAuthenticated):
    """A refresh or device token that is not valid: unknown, expired, spent, revoked, or of an inactive account."""

    code = "invalid_token"
    sentence = _("This token is not valid any more. Sign in again.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The result of a sign-in: a JWT for API calls and an opaque refresh token for the next JWT."""

    access_token: str
    refresh_token: str


def issue_tokens(
    user: User, *, session_id: UUID | None = None, until: datetime | None = None, is_first: bool = False
) -> Tokens:
    """Begin a new family of tokens for ``user``, limited to one session when ``session_id`` is given.

    ``until`` ends the family before its usual 90 days. Beyond SIGN_INS_PER_PERSON the least recently used family ends.
    ``is_first``: the account was made in the present transaction, so it has no other family.
    """
    now = timezone.now()
    ends = now + settings.REFRESH_FAMILY_LIFETIME
    refresh = new_token("rt_")
    row = RefreshToken(
        family=uuid7(),
        user=user,
        token_hash=hash_token(refresh),
        session_id=session_id,
        created_at=now,
        expires_at=min(now + settings.REFRESH_TOKEN_LIFETIME, until or ends),
        family_expires_at=min(ends, until or ends),
    )
    insert(row)
    if not is_first:
        _end_surplus(user, now)
    return Tokens(access_token(row, now), refresh)


def _end_surplus(user: User, now: datetime) -> None:
    """End the families beyond SIGN_INS_PER_PERSON, the least recently used first."""
    if families := _by_use.all(user_id=user.pk, now=now)[settings.SIGN_INS_PER_PERSON :]:
        with transaction.atomic():
            lock_person(user.pk)
            revoke_rows(RefreshToken.objects.filter(family__in=families), now)
            rights_changed(user.pk)


@prepared
def _by_use(user_id: UUID, now: datetime) -> QuerySet[Any, UUID]:
    """The person's families, the one that was used last first."""
    unspent = RefreshToken.objects.filter(user=user_id, revoked_at=None, spent_at=None, expires_at__gt=now).order_by()
    by_use = unspent.values("family").annotate(used_at=Max("created_at")).order_by("-used_at", "-family")
    return by_use.values_list("family", flat=True)


def access_token(row: RefreshToken, now: datetime) -> str:
    """A signed access token that names its person and its token family."""
    claims = {
        "sub": str(row.user_id),
        "typ": "access",
        "fam": str(row.family),
        "epoch": row.user.credentials_epoch,
        "iat": int(now.timestamp()),
        "exp": int(min(now + settings.ACCESS_TOKEN_LIFETIME, row.family_expires_at).timestamp()),
    }
    if row.session_id:
        claims["session"] = str(row.session_id)
    return jwt.encode(claims, derive_key("access token"), algorithm=_ALGORITHM)


def person_of_access_token(token: str) -> Person | None:
    """The person of this access token; None if it is invalid (forged, expired, revoked, inactive account)."""
    try:
        claims = _signed_claims(token, derive_key("access token"))
    except jwt.InvalidTokenError:
        return None
    now = timezone.now().timestamp()
    if claims["typ"] != "access" or not claims["iat"] <= now < claims["exp"]:
        return None
    family = parse_uuid(claims["fam"])
    user = holder(claims["sub"], epoch=claims["epoch"], family=family)
    return Person(user=user, session_id=parse_uuid(claims.get("session")), family=family) if user else None


@lru_cache(maxsize=4096)
def _signed_claims(token: str, key: bytes) -> dict[str, Any]:
    """What a token says that we signed, whether it has expired or not. Raises InvalidTokenError for any other.

    A token comes with each request of its person, and its signature stays as right as it was.
    """
    claims = jwt.decode(
        token,
        key,
        algorithms=[_ALGORITHM],
        options={"require": ["sub", "exp", "iat", "typ", "fam", "epoch"], "verify_exp": False, "verify_iat": False},
    )
    if not all(isinstance(claims[name], int) for name in ("iat", "exp", "epoch")):
        raise jwt.InvalidTokenError("These claims are whole numbers.")
    return claims


def rotate(refresh_token: str) -> tuple[User, Tokens]:
    """Spend a refresh token for its successor.

    Within 10 seconds the last spent token gets a sibling of its successor while that is unused (parallel tabs, a
    reply lost on the way). Any other re-use means that two parties hold the chain: all of it is revoked.

    Raises InvalidToken, TooMany.
    """
    now = timezone.now()
    with transaction.atomic():
        successor = _spend(hash_token(refresh_token), now)
    # Outside the transaction: a revocation must stay although the caller is refused.
    if successor is None:
        raise InvalidToken
    row, token = successor
    return row.user, Tokens(access_token(row, now), token)


def _spend(token_hash: str, now: datetime) -> tuple[RefreshToken, str] | None:
    found = RefreshToken.objects.filter(token_hash=token_hash).values_list("user", flat=True).first()
    if found:
        Limiter().check("refresh", str(found), settings.REFRESHES_PER_HOUR, 3600)
    user = lock_person(found) if found else None
    row = RefreshToken.objects.filter(token_hash=token_hash).first()
    if row is None or user is None or not user.is_active or row.revoked_at is not None:
        return None
    if row.expires_at <= now or row.family_expires_at <= now:
        return None
    if row.spent_at is not None:
        successor_used = row.successors.filter(spent_at__isnull=False).exists()
        if now - row.spent_at > settings.REFRESH_GRACE or successor_used:
            revoke_rows(RefreshToken.objects.filter(family=row.family), now)
            rights_changed(user.pk)
            return None
    else:
        row.spent_at = now
        row.save(update_fields=["spent_at"])
    token = new_token("rt_")
    successor = RefreshToken.objects.create(
        family=row.family,
        user=user,
        token_hash=hash_token(token),
        session_id=row.session_id,
        created_at=now,
        expires_at=min(now + settings.REFRESH_TOKEN_LIFETIME, row.family_expires_at),
        family_expires_at=row.family_expires_at,
        parent=row,
    )
    return successor, token


def sign_out(refresh_token: str) -> None:
    """Revoke the family of this refresh token, and with it every access token from it. Unknown ones are fine."""
    with transaction.atomic():
        row = RefreshToken.objects.filter(token_hash=hash_token(refresh_token)).first()
        if row is not None:
            lock_person(row.user_id)
            revoke_rows(RefreshToken.objects.filter(family=row.family), timezone.now())
            rights_changed(row.user_id)
