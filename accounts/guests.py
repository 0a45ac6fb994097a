"""Guests who only gave a name. Anybody can create them, so unused ones are deleted."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Exists, ManyToOneRel, OneToOneRel, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import AuthCode, Device, DeviceToken, DeviceUse, RefreshToken, User

#: Rows that registering, or signing in again on the same device, always creates.
_NO_TRACE = (AuthCode, DeviceToken, DeviceUse, RefreshToken)
_AT_ONCE = 500


def forget_idle() -> int:
    """Delete guests who gave a name longer than IDLE_GUEST_FOR ago and left no other trace, and the browsers that only
    they used; returns how many guests.
    """
    before = timezone.now() - settings.IDLE_GUEST_FOR
    count = 0
    while idle := list(_idle(before).values_list("pk", flat=True)[:_AT_ONCE]):
        # Checked again while deleting: somebody may have joined in the meantime.
        deleted = _idle(before).filter(pk__in=idle).delete()[1].get("accounts.User", 0)
        count += deleted
        if not deleted:
            break
    Device.objects.filter(uses=None, created_at__lt=before).delete()
    return count


def _idle(before: datetime) -> QuerySet[User]:
    """Guests who have no rows but their credentials and have not used those since then."""
    guests = User.objects.filter(Q(last_login=None) | Q(last_login__lt=before), is_guest=True, created_at__lt=before)
    opened = RefreshToken.objects.filter(user=OuterRef("pk"), created_at__gte=before).order_by()
    return guests.order_by().exclude(reduce(or_, (Q(trace) for trace in (Exists(opened), *_traces()))))


def _traces() -> Iterator[Exists]:
    """Rows of every model that refers to a person, including models added in future."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, (ManyToOneRel, OneToOneRel)) and relation.related_model not in _NO_TRACE:
            rows: Any = relation.related_model
            yield Exists(rows._base_manager.filter(**{relation.field.name: OuterRef("pk")}).order_by())
