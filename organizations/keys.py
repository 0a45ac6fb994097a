"""API keys: making them, and finding the person they act for. Only hashes are stored."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.person import KeyGrant, Person
from core.rows import chunks
from core.secrets import hash_token, new_token
from organizations.models import APIKey, Membership

PREFIX = "wk_"
_LAST_USE_STEP = timedelta(minutes=1)


def new_key() -> tuple[str, str, str]:
    """A fresh key: (the secret, shown once; its first characters; the hash to store)."""
    key = new_token(PREFIX)
    return key, key[: APIKey._meta.get_field("prefix").max_length], hash_token(key)


def holding_keys() -> QuerySet[APIKey]:
    """Keys that are neither revoked nor expired and act for an active host who belongs to their active organization."""
    place = Membership.objects.filter(organization=OuterRef("organization"), user=OuterRef("acts_as"))
    return APIKey.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        Exists(place),
        revoked_at=None,
        organization__is_active=True,
        acts_as__is_active=True,
        acts_as__role=User.Role.HOST,
    )


def grant_of(key: APIKey) -> KeyGrant:
    """The grant of ``key``; None if it is invalid."""
    return KeyGrant(key.pk, key.acts_as_id, key.organization_id, frozenset(key.scopes))


def grants_of(key_ids: Iterable[UUID | None]) -> dict[UUID, KeyGrant]:
    """The grants of these keys; invalid keys are left out. One query for each 500 of them."""
    return {key.pk: grant_of(key) for part in chunks(key_ids) for key in holding_keys().filter(pk__in=part)}


def expiry_of(key_id: UUID) -> datetime | None:
    """When this key expires; None: never."""
    return APIKey.objects.filter(pk=key_id).values_list("expires_at", flat=True).first()


def person_of_key(secret: str) -> Person | None:
    """The person that the key with this secret acts for; None if it is invalid.

    Its last use is stored at most once a minute.
    """
    row = holding_keys().select_related("acts_as").filter(key_hash=hash_token(secret)).first()
    if row is None:
        return None
    now = timezone.now()
    APIKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - _LAST_USE_STEP), pk=row.pk).update(
        last_used_at=now
    )
    return Person(user=row.acts_as, api_key=grant_of(row))
