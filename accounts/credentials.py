"""Tokens: how they are issued, checked, rotated and revoked (docs/contract.md §1, lifetimes).

Only hashes are stored. Everything that issues or revokes tokens of a person first locks that person's row, so that
two refreshes at once, or a refresh and a revocation, happen one after the other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

import jwt
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.changes import rights_changed
from accounts.models import AuthCode, DeviceToken, EndedSignIn, RefreshToken, User
from accounts.person import KeyGrant, Person
from core.errors import Gone, NotAuthenticated
from core.ids import parse_uuid, uuid7
from core.limits import Limiter
from core.rows import chunks
from core.secrets import derive_key, hash_token, new_token

_ALGORITHM = "HS256"
#: How long tokens from an exchanged code outlive their session.
CODE_TOKENS_OUTLIVE_SESSION = timedelta(hours=24)
#: How long it is known that a browser's sign-in ended: longer than anything lives that came from it.
_SIGN_INS_KNOWN = timedelta(days=2)


class InvalidToken(NotAuthenticated):
    """A refresh or device token that does not hold: unknown, expired, spent, revoked, or of an inactive account."""

    code = "invalid_token"
    sentence = _("This token is not valid any more. Sign in again.")


class InvalidCode(NotAuthenticated):
    """A sign-in code that never was."""

    code = "invalid_code"
    sentence = _("This code is not valid. Ask for a new link.")


class SpentCode(Gone):
    """A sign-in code that was used, or is too old."""

    sentence = _("This code was used already or has expired. Ask for a new link.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in hands out: a JWT for calls and an opaque token for the next one."""

    access_token: str
    refresh_token: str


def issue_tokens(user: User, *, session_id: UUID | None = None, until: datetime | None = None) -> Tokens:
    """Begin a new family of tokens for ``user``, limited to one session when ``session_id`` is given.

    ``until`` ends the family before its ordinary life of 90 days. Beyond SIGN_INS_PER_PERSON the oldest family ends.
    """
    now = timezone.now()
    ends = now + settings.REFRESH_FAMILY_LIFETIME
    refresh = new_token("rt_")
    row = RefreshToken.objects.create(
        family=uuid7(),
        user=user,
        token_hash=hash_token(refresh),
        session_id=session_id,
        created_at=now,
        expires_at=min(now + settings.REFRESH_TOKEN_LIFETIME, until or ends),
        family_expires_at=min(ends, until or ends),
    )
    _end_surplus(user, now)
    return Tokens(access_token(row, now), refresh)


def _end_surplus(user: User, now: datetime) -> None:
    """Somebody who signs in again and again ends their own oldest sign-ins, the one last that was used last."""
    unspent = RefreshToken.objects.filter(user=user, revoked_at=None, spent_at=None, expires_at__gt=now).order_by()
    by_use = unspent.values("family").annotate(used_at=Max("created_at")).order_by("-used_at", "-family")
    if families := list(by_use.values_list("family", flat=True)[settings.SIGN_INS_PER_PERSON :]):
        with transaction.atomic():
            _lock(user.pk)
            _revoke(RefreshToken.objects.filter(family__in=families), now)
            rights_changed(user.pk)


def access_token(row: RefreshToken, now: datetime) -> str:
    """A signed access token that says whose it is and which family it came from."""
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
    """Whose access token this is, None when it does not hold (forged, expired, revoked, inactive account)."""
    try:
        claims = jwt.decode(
            token,
            derive_key("access token"),
            algorithms=[_ALGORITHM],
            options={"require": ["sub", "exp", "iat", "typ", "fam", "epoch"]},
        )
    except jwt.InvalidTokenError:
        return None
    if claims["typ"] != "access":
        return None
    family = parse_uuid(claims["fam"])
    user = holder(claims["sub"], epoch=claims["epoch"], family=family)
    return Person(user=user, session_id=parse_uuid(claims.get("session")), family=family) if user else None


def holder(user_id: UUID | str, *, epoch: int, family: UUID | None, sign_in: UUID | None = None) -> User | None:
    """The person that a credential was issued to, None when it was revoked since.

    It is revoked with the account, with the password (``epoch``), and with the sign-in that it came from: of a program
    (``family``) or of a browser (``sign_in``).
    """
    people = User.objects.filter(pk=user_id, is_active=True, credentials_epoch=epoch)
    if family is not None:
        people = people.filter(Exists(_holding_families().filter(family=family)))
    if sign_in is not None:
        people = people.exclude(Exists(EndedSignIn.objects.filter(pk=sign_in)))
    return people.first()


def _holding_families() -> QuerySet[RefreshToken]:
    """Refresh tokens of sign-ins that are neither revoked nor over; of each family one such row is enough."""
    return RefreshToken.objects.filter(revoked_at=None, family_expires_at__gt=timezone.now())


class Derived(Protocol):
    """What came from a credential, and says from which: it holds no longer than that."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def credentials_epoch(self) -> int: ...
    @property
    def api_key_id(self) -> UUID | None: ...
    @property
    def limit(self) -> UUID | None: ...
    @property
    def family(self) -> UUID | None: ...
    @property
    def sign_in(self) -> UUID | None: ...


_Some = TypeVar("_Some", bound=Derived)


def holders(derived: Collection[_Some], grants: Mapping[UUID, KeyGrant]) -> dict[_Some, Person]:
    """For whom each of ``derived`` speaks; those whose credential was revoked or is over are left out.

    ``grants`` are those of the API keys that hold among theirs. Three queries for each 500 of them at most: accounts,
    token families, ended sign-ins.
    """
    users = {user.pk: user for part in chunks(one.user_id for one in derived) for user in _active(part)}
    families = {
        family
        for part in chunks(one.family for one in derived)
        for family in _holding_families().filter(family__in=part).order_by().values_list("family", flat=True)
    }
    ended = {
        sign_in
        for part in chunks(one.sign_in for one in derived)
        for sign_in in EndedSignIn.objects.filter(pk__in=part).order_by().values_list("pk", flat=True)
    }
    found = {}
    for one in derived:
        user, key = users.get(one.user_id), grants.get(one.api_key_id) if one.api_key_id else None
        if user is None or user.credentials_epoch != one.credentials_epoch:
            continue
        if (one.family and one.family not in families) or one.sign_in in ended:
            continue
        if one.api_key_id and (key is None or key.acts_as_id != user.pk):
            continue
        found[one] = Person(user=user, api_key=key, session_id=one.limit, family=one.family, sign_in=one.sign_in)
    return found


def expiry_of(family: UUID) -> datetime | None:
    """When this family of tokens ends by its time; None when it is over or revoked."""
    rows = _holding_families().filter(family=family).order_by()
    return rows.values_list("family_expires_at", flat=True).first()


def _active(user_ids: list[UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__in=user_ids, is_active=True)


def end_sign_in(sign_in: UUID, user_id: UUID | None) -> None:
    """A browser signed out: what came from its sign-in ends. Twice is harmless."""
    with transaction.atomic():
        EndedSignIn.objects.bulk_create([EndedSignIn(pk=sign_in)], ignore_conflicts=True)
        if user_id is not None:
            rights_changed(user_id)


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
    user = _lock(found) if found else None
    row = RefreshToken.objects.filter(token_hash=token_hash).first()
    if row is None or user is None or not user.is_active or row.revoked_at is not None:
        return None
    if row.expires_at <= now or row.family_expires_at <= now:
        return None
    if row.spent_at is not None:
        successor_used = row.successors.filter(spent_at__isnull=False).exists()
        if now - row.spent_at > settings.REFRESH_GRACE or successor_used:
            _revoke(RefreshToken.objects.filter(family=row.family), now)
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
            _lock(row.user_id)
            _revoke(RefreshToken.objects.filter(family=row.family), timezone.now())
            rights_changed(row.user_id)


def revoke_all(user: User) -> None:
    """End everything that opens ``user``'s account except the password: tokens, device tokens, codes, dashboard."""
    now = timezone.now()
    with transaction.atomic():
        _lock(user.pk)
        User.objects.filter(pk=user.pk).update(credentials_epoch=F("credentials_epoch") + 1)
        _revoke(user.refresh_tokens.all(), now)
        user.device_tokens.filter(revoked_at=None).update(revoked_at=now)
        user.auth_codes.filter(spent_at=None).update(spent_at=now)
        rights_changed(user.pk)
    user.refresh_from_db(fields=["credentials_epoch"])


def end_session_tokens(session_id: UUID, *, session_ends_at: datetime) -> None:
    """Let tokens from exchanged codes of a session end 24 hours after it, now that its end is another or known."""
    ends = session_ends_at + CODE_TOKENS_OUTLIVE_SESSION
    codes = AuthCode.objects.filter(session_id=session_id, tokens_expire_at__gt=ends)
    tokens = RefreshToken.objects.filter(session_id=session_id, revoked_at=None, family_expires_at__gt=ends)
    with transaction.atomic():
        owners = User.objects.filter(Q(pk__in=codes.values("user")) | Q(pk__in=tokens.values("user")))
        list(owners.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        codes.update(tokens_expire_at=ends)
        tokens.update(family_expires_at=ends)


def issue_device_token(user: User) -> str:
    """A token by which a guest's browser opens the same account again, for a year."""
    token = new_token("dt_")
    now = timezone.now()
    DeviceToken.objects.create(
        user=user, token_hash=hash_token(token), created_at=now, expires_at=now + settings.DEVICE_TOKEN_LIFETIME
    )
    return token


def replace_device_token(token: str) -> tuple[User, str]:
    """The guest whose device token this is, and the token that replaces it; the old one holds for 24 hours more.

    Raises InvalidToken.
    """
    now = timezone.now()
    with transaction.atomic():
        found = DeviceToken.objects.filter(token_hash=hash_token(token)).values_list("user", flat=True).first()
        user = _lock(found) if found else None
        row = _device_tokens(token, now).first()
        if row is None or user is None or not user.is_active:
            raise InvalidToken
        if row.replaced_at is None:
            row.replaced_at = now
            row.save(update_fields=["replaced_at"])
        fresh = issue_device_token(user)
        # One that was replaced holds for a day more, and each use of it makes another one.
        others = user.device_tokens.exclude(pk=row.pk).order_by("-created_at", "-id").values_list("pk", flat=True)
        user.device_tokens.filter(pk__in=list(others[settings.DEVICES_PER_GUEST :])).delete()
        return user, fresh


def owner_of_device(token: str) -> User | None:
    """The guest whose device token this is, without replacing it; None for one that does not hold."""
    row = _device_tokens(token, timezone.now()).select_related("user").first() if token else None
    return row.user if row is not None and row.user.is_active else None


def _device_tokens(token: str, now: datetime) -> QuerySet[DeviceToken]:
    return DeviceToken.objects.filter(
        Q(replaced_at=None) | Q(replaced_at__gt=now - settings.DEVICE_TOKEN_GRACE),
        token_hash=hash_token(token),
        revoked_at=None,
        expires_at__gt=now,
    )


def revoke_device_token(token: str) -> None:
    """The browser that has it opens the guest's account no longer. Unknown ones are fine."""
    DeviceToken.objects.filter(token_hash=hash_token(token), revoked_at=None).update(revoked_at=timezone.now())


def issue_code(user: User, *, session_id: UUID, session_ends_at: datetime) -> str:
    """A code, good once and for 5 minutes, whose tokens reach one session and end 24 hours after it. Raises TooMany."""
    Limiter().check("auth.code", str(user.pk), settings.CODES_PER_HOUR, 3600)
    code = new_token("ac_")
    now = timezone.now()
    AuthCode.objects.create(
        user=user,
        session_id=session_id,
        code_hash=hash_token(code),
        created_at=now,
        expires_at=now + settings.AUTH_CODE_LIFETIME,
        tokens_expire_at=session_ends_at + CODE_TOKENS_OUTLIVE_SESSION,
    )
    return code


def owner_of_code(code: str) -> User:
    """Whose account a code opens, without spending it. Raises InvalidCode, SpentCode."""
    row = AuthCode.objects.select_related("user").filter(code_hash=hash_token(code)).first()
    if row is None or not row.user.is_active:
        raise InvalidCode
    if row.spent_at is not None or row.expires_at <= timezone.now():
        raise SpentCode
    return row.user


def exchange_code(code: str) -> tuple[User, Tokens]:
    """Spend a code for tokens that are limited to its session. Raises InvalidCode, SpentCode."""
    now = timezone.now()
    with transaction.atomic():
        user = owner_of_code(code)
        _lock(user.pk)
        row = AuthCode.objects.get(code_hash=hash_token(code))
        spent = AuthCode.objects.filter(pk=row.pk, spent_at=None, expires_at__gt=now).update(spent_at=now)
        if not spent or row.tokens_expire_at <= now:
            raise SpentCode
        user.refresh_from_db()
        return user, issue_tokens(user, session_id=row.session_id, until=row.tokens_expire_at)


def forget_spent() -> int:
    """Delete credentials that nothing can use or be recognised by any more; how many."""
    now = timezone.now()
    deleted = 0
    for rows in (
        # Spent and revoked ones stay until they would have expired: their re-use must still be recognised.
        RefreshToken.objects.filter(Q(expires_at__lte=now) | Q(family_expires_at__lte=now)),
        DeviceToken.objects.filter(
            Q(expires_at__lte=now) | Q(replaced_at__lte=now - settings.DEVICE_TOKEN_GRACE) | Q(revoked_at__isnull=False)
        ),
        AuthCode.objects.filter(expires_at__lte=now - timedelta(days=1)),
        EndedSignIn.objects.filter(ended_at__lte=now - _SIGN_INS_KNOWN),
    ):
        deleted += rows.delete()[0]
    return deleted


def _lock(user_id: UUID) -> User | None:
    """The row of a person, locked until the transaction ends; inserts that refer to it are not held up."""
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def _revoke(rows: QuerySet[RefreshToken], now: datetime) -> None:
    rows.filter(revoked_at=None).update(revoked_at=now)
