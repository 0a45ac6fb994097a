"""Writing mails, and sending each once: the sender claims the mail's rows and releases them on failure."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from core.zones import known_zones

#: What an unreachable or refusing mail server raises; includes the errors of smtplib.
MailError = OSError


def write_mail(template: str, *, subject: str, to: str | None, zone: str = "", **context: Any) -> EmailMessage:
    """Build a text mail to one address from ``template``; times are shown in ``zone`` (IANA name; an unknown one is
    ignored).
    """
    with timezone.override(zone if zone in known_zones() else None):
        text = render_to_string(template, context)
    return plain_mail(text, subject=subject, to=to)


def plain_mail(text: str, *, subject: str, to: str | None) -> EmailMessage:
    """Build a text mail to one address. The subject becomes one line: line breaks would add headers."""
    return EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to or ""])


def deliver(
    row_ids: Iterable[UUID],
    *,
    unsent: QuerySet[Any],
    mark: str,
    write: Callable[[list[UUID]], EmailMessage | None],
) -> list[UUID]:
    """Send one mail about those of these rows that are still among ``unsent``; returns the rows it was sent about.

    ``mark`` names the column with the time of sending, null until then. It is set before sending, so that two workers
    do not both send. ``write`` builds the mail for the claimed rows; None means that there is no recipient and the rows
    are done.

    Raises what the mail server (MailError) or ``write`` raises; then the rows are due again.
    """
    now = timezone.now()
    claimed = [row_id for row_id in row_ids if unsent.filter(pk=row_id).update(**{mark: now})]
    if not claimed:
        return []
    try:
        mail = write(claimed)
        if mail is not None:
            mail.send()
    except BaseException:
        unsent.model._default_manager.filter(pk__in=claimed).update(**{mark: None})
        raise
    return claimed if mail is not None else []
