"""Sending a mail once: whoever sends claims the rows it is about, and gives them back when it cannot be sent."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

#: What a mail server raises that is away, or refuses; smtplib's errors are among them.
MailError = OSError


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
