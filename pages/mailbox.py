"""Mails that the product stored instead of sending, for the administrator of a machine without a mail server."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.views import member_page
from core.errors import NotFound

_SHOWN = 50
#: The separator that Django's file backend writes between two mails of a file.
_SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """One stored mail; ``text`` is its plain text part."""

    subject: str
    to: str
    sent_at: datetime | None
    text: str


def mails_are_kept() -> bool:
    """Whether mails go to a folder of this machine instead of to people."""
    return settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")


@member_page
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest stored mails. They contain everybody's links: only superusers, and only where mails are stored, see
    them.
    """
    if not isinstance(request.user, User) or not request.user.is_superuser or not mails_are_kept():
        raise NotFound
    return render(request, "pages/mailbox.html", {"mails": kept_mails(Path(settings.MAIL_DIR))})


def kept_mails(folder: Path) -> list[Mail]:
    """The newest mails in ``folder``, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True) if folder.is_dir() else []
    mails: list[Mail] = []
    for file in files[:_SHOWN]:
        parts = [part for part in file.read_bytes().split(_SEPARATOR) if part.strip()]
        mails += [_read(part) for part in reversed(parts)]
    return mails[:_SHOWN]


def _read(raw: bytes) -> Mail:
    message = email.message_from_bytes(raw.lstrip(), _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
        # "-0000" means UTC without a place in mails; Python reads it as no zone at all.
        sent_at = sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)
    except ValueError:
        sent_at = None
    return Mail(str(message["Subject"] or ""), str(message["To"] or ""), sent_at, text.strip())
