"""Writing a mail: from a template, in the reader's zone, with a subject of one line."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from core.zones import known_zones


def write_mail(template: str, *, subject: str, to: str | None, zone: str = "", **context: Any) -> EmailMessage:
    """A text mail to one address from ``template``; times stand in ``zone`` (IANA name; unknown ones are left out)."""
    with timezone.override(zone if zone in known_zones() else None):
        text = render_to_string(template, context)
    return plain_mail(text, subject=subject, to=to)


def plain_mail(text: str, *, subject: str, to: str | None) -> EmailMessage:
    """A text mail to one address. Titles of several lines would be several headers: the subject has one line."""
    return EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to or ""])
