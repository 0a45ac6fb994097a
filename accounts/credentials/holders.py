"""Which credentials, and what was derived from them, are still valid."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.utils import timezone

from accounts.models import EndedSignIn, RefreshToken, User
from accounts.person import KeyGrant, Person
from core.ids import parse_uuid
from core.prepared import prepared
from core.rows import chunks


def holder(user_id: UUID | str, *, epoch: int, family: UUID | None, sign_in: UUID | None = None) -> User | None:
    """The person that a credential was issued to; None if it has been revoked since.

    It is revoked with the account, with the password (``epoch``), and with the sign-in that it came from: of a program
    (``family``) or of a browser (``sign_in``).
    """
    known = parse_uuid(user_id)
    if known is None:
        return None
    if family is not None:
        user = _by_family.first(user_id=known, epoch=epoch, family=family, now=timezone.now())
    else:
        user = _by_epoch.first(user_id=known, epoch=epoch)
    is_over = user is not None and sign_in is not None and _ended.first(sign_in=sign_in) is not None
    return None if is_over else user


@prepared
def _by_epoch(user_id: UUID, epoch: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id, is_active=True, credentials_epoch=epoch)


@prepared
def _by_family(user_id: UUID, epoch: int, family: UUID, now: datetime) -> QuerySet[User]:
    holding = holding_families(now).filter(family=family)
    return User.objects.filter(Exists(holding), pk=user_id, is_active=True, credentials_epoch=epoch)


@prepared
def _ended(sign_in: UUID) -> QuerySet[EndedSignIn, UUID]:
    return EndedSignIn.objects.filter(pk=sign_in).values_list("pk", flat=True)


def holding_families(now: datetime) -> QuerySet[RefreshToken]:
    """Refresh tokens of sign-ins that are neither revoked nor expired at ``now``: one row for each family."""
    return RefreshToken.objects.filter(revoked_at=None, family_expires_at__gt=now)


class Derived(Protocol):
    """Something derived from a credential; it names that credential and is valid no longer than it."""

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
    """The person behind each of ``derived``; those whose credential was revoked or has expired are left out.

    ``grants`` are the valid grants of their API keys. At most three queries for each 500 entries: accounts, token
    families, ended sign-ins.
    """
    users = {user.pk: user for part in chunks(one.user_id for one in derived) for user in _active.all(user_ids=part)}
    now = timezone.now()
    families = {
        family for part in chunks(one.family for one in derived) for family in _holding_of.all(families=part, now=now)
    }
    ended = {sign_in for part in chunks(one.sign_in for one in derived) for sign_in in _ended_of.all(sign_ins=part)}
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
    """When this family of tokens expires; None if it has expired or was revoked."""
    rows = holding_families(timezone.now()).filter(family=family).order_by()
    return rows.values_list("family_expires_at", flat=True).first()


@prepared
def _active(user_ids: list[UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__in=user_ids, is_active=True).order_by()


@prepared
def _holding_of(families: list[UUID], now: datetime) -> QuerySet[RefreshToken, UUID]:
    return holding_families(now).filter(family__in=families).order_by().values_list("family", flat=True)


@prepared
def _ended_of(sign_ins: list[UUID]) -> QuerySet[EndedSignIn, UUID]:
    return EndedSignIn.objects.filter(pk__in=sign_ins).order_by().values_list("pk", flat=True)
