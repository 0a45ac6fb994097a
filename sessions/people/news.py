"""Mails to those who were invited by e-mail when the date changes or the session is cancelled.

What the last mail said stands with the invitation (``told``), so that a date that was moved and moved back needs none,
and nothing is said twice. ``lifecycle`` marks what is due; it is sent a little later, as one mail for several changes.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.round_robin import round_robin
from mails.delivery import MailError
from sessions.models import Invitation, Session
from sessions.people.mails import news_mail

logger = logging.getLogger(__name__)
CANCELLED, UNDATED = "cancelled", "undated"
#: How long a change waits for the next one.
SETTLED = timedelta(minutes=1)
_AT_ONCE = 20


def date_of(session: Session) -> str:
    """What there is to tell of the date: an ISO moment, UNDATED or CANCELLED."""
    if session.is_gone:
        return CANCELLED
    return session.scheduled_start_time.isoformat() if session.scheduled_start_time else UNDATED


def tell_due() -> bool:
    """Send a batch of what is due; returns whether more can be sent now. Senders of many take turns with others."""
    due = round_robin(_due().values_list("pk", "invited_by"), lambda row: row[1])
    sent = 0
    for invitation_id, _by in due[:_AT_ONCE]:
        try:
            sent += tell(invitation_id)
        except MailError:
            logger.exception("News for invitation %s could not be mailed now; trying again", invitation_id)
    return sent > 0 and len(due) > _AT_ONCE


def tell(invitation_id: UUID) -> bool:
    """Mail what changed since the last mail, if anything did; returns whether a mail was sent.

    Raises the mail server's errors; then it is still due.
    """
    row = _due().select_related("session__room__host").filter(pk=invitation_id).first()
    if row is None:
        return False
    now_told, before = date_of(row.session), row.told
    mine = Invitation.objects.filter(pk=row.pk, told=before, news_due_at=row.news_due_at)
    if not mine.update(told=now_told, news_due_at=None) or now_told == before:
        return False
    try:
        news_mail(row, before=_moment(before), was_cancelled=before == CANCELLED).send()
    except BaseException:
        again = Invitation.objects.filter(pk=row.pk, told=now_told)
        again.update(told=before, news_due_at=row.news_due_at or timezone.now() - SETTLED)
        raise
    return True


def _due() -> QuerySet[Invitation]:
    """Of sessions that did not take place; also what was called off and is there again."""
    alive = Q(session__deleted_at=None, session__room__deleted_at=None)
    is_due = Q(news_due_at__lte=timezone.now() - SETTLED) | (Q(told=CANCELLED) & alive)
    coming = Q(session__status=Session.Status.SCHEDULED) | (Q(session__status=Session.Status.EXPIRED) & ~alive)
    rows = Invitation.objects.filter(is_due & coming, mailed_at__isnull=False, revoked_at=None)
    rows = rows.filter(session__purged_at=None, session__room__library__organization__is_active=True)
    return rows.exclude(email="").exclude(told="").order_by("news_due_at", "pk")


def _moment(told: str) -> datetime | None:
    return None if told in (CANCELLED, UNDATED) else datetime.fromisoformat(told)
