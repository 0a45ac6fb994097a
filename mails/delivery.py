"""Writing a mail, and sending it once: whoever sends claims the rows it is about, and gives them back when it fails."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from core.zones import known_zones

#: What a mail server raises that is away, or refuses; smtplib's errors are among them.
MailError = OSError


def write_mail(template: str, *, subject: str, to: str | None, zone: str = "", **context: Any) -> EmailMessage:
    """A text mail to one address from ``template``; times stand in ``zone`` (IANA name; unknown ones are left out)."""
    with timezone.override(zone if zone in known_zones() else None):
        text = render_to_string(template, context)
    return plain_mail(text, subject=subject, to=to)


def plain_mail(text: str, *, subject: str, to: str | None) -> EmailMessage:
    """A text mail to one address. Titles of several lines would be several headers: the subject has one line."""
    return EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to or ""])


def deliver(
    row_ids: Iterable[UUID],
    *,
    unsent: QuerySet[Any],
    mark: str,
    write: Callable[[list[UUID]], EmailMessage | None],
) -> list[UUID]:
    """Send one mail about those of these rows that are still among ``unsent``; the rows it was sent about.

    ``mark`` names their column with the time of sending, null until then: it is set first, so that two workers send
    one mail. ``write`` makes the mail of the claimed rows; None: there is nobody to send it to, and they are done.
    Raises what the mail server (MailError) or ``write`` raises; the rows are due again then.
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
