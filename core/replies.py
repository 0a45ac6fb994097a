"""Kept replies, so that a repeated create is done once (docs/contract.md §1, idempotency)."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.limits import Limiter
from core.models import IdempotentReply
from core.secrets import decrypt, encrypt

KEPT_FOR = timedelta(hours=24)
#: An unfinished first request older than this was interrupted (its process died) and may run again.
GIVEN_UP_AFTER = timedelta(minutes=2)
_PURPOSE = "idempotent reply"


class InProgress(Conflict):
    """The first request with this key is still running."""

    code = "in_progress"
    sentence = _("The first request with this Idempotency-Key is still being answered. Try again in a moment.")
    retry_after = 1


class KeyReused(Invalid):
    """The key was used before with another body."""

    code = "idempotency_key_reused"
    sentence = _("This Idempotency-Key was used with another body. Use a new key for a new request.")


class ReplyLost(Conflict):
    """The request was done, but its kept reply can no longer be decrypted."""

    code = "reply_lost"
    sentence = _("This was done before, but its reply is no longer readable. Look the object up in its list.")


@dataclass(frozen=True, slots=True)
class Reservation:
    """The right to answer a request for the first time, or (``kept``) the reply from the first time."""

    row: IdempotentReply
    kept: dict[str, Any] | None = None

    def keep(self, reply: dict[str, Any]) -> None:
        """Store ``reply`` (JSON values) for repeated requests."""
        sealed = encrypt(json.dumps(reply), purpose=_PURPOSE)
        IdempotentReply.objects.filter(pk=self.row.pk).update(reply_sealed=sealed)

    def free(self) -> None:
        """Release the key: nothing was done."""
        IdempotentReply.objects.filter(pk=self.row.pk).delete()


def reserve(*, scope: str, body: str, caller: str) -> Reservation:
    """Reserve ``scope`` (hash of caller, method, address and key) for a request whose body hashes to ``body``.

    Of two simultaneous calls one gets the reservation, the other InProgress. ``caller``: whose quota of kept replies
    this counts against. Raises InProgress, KeyReused, ReplyLost, TooMany.
    """
    now = timezone.now()
    with transaction.atomic():
        row, is_new = IdempotentReply.objects.get_or_create(
            scope=scope, defaults={"body_hash": body, "created_at": now}
        )
        if is_new:
            Limiter().check("idempotent", caller, settings.IDEMPOTENT_PER_DAY, 86_400)
            return Reservation(row)
        locked = IdempotentReply.objects.select_for_update(no_key=True).filter(pk=row.pk).first()
        if locked is None:  # the first request was refused and freed the key just now
            raise InProgress
        row = locked
        life = KEPT_FOR if row.reply_sealed else GIVEN_UP_AFTER
        if row.created_at + life <= now:
            row.body_hash, row.reply_sealed, row.created_at = body, "", now
            row.save(update_fields=["body_hash", "reply_sealed", "created_at"])
            return Reservation(row)
    if row.body_hash != body:
        raise KeyReused
    if not row.reply_sealed:
        raise InProgress
    opened = decrypt(row.reply_sealed, purpose=_PURPOSE)
    if opened is None:
        raise ReplyLost
    return Reservation(row, json.loads(opened))


def forget_old() -> int:
    """Delete replies that are too old to be replayed; returns how many."""
    deleted, _per_model = IdempotentReply.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
    return deleted
