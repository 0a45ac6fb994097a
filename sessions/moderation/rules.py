"""The chat rules: who of the audience may write what and how often, in chat, questions and polls."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from sessions.errors import SlowMode, WritingClosed
from sessions.models import Session
from sessions.moderation.blocked import blocked_word, link_in
from sessions.rights.capabilities import Capabilities, Role, require

TOO_MANY_HELD = _("Too many of your messages are waiting for approval. Wait until the team has looked at them.")


def check_may_write(session: Session, allowed: Capabilities, *, may: bool) -> None:
    """Raises NotAllowed, worded by the chat rules in force, unless the person has the right (``may``)."""
    if may:
        return
    if allowed.in_session and session.chat_from == Session.ChatFrom.REGISTERED:
        raise WritingClosed(_("Only the team and people with an account can write at the moment."))
    if allowed.in_session and session.chat_from == Session.ChatFrom.CREW:
        raise WritingClosed
    require(may)


def check_pace(session: Session, allowed: Capabilities, written: QuerySet[Any]) -> None:
    """Raises SlowMode if slow mode is on and the last of ``written``, this person's texts here, is too recent."""
    if allowed.is_crew or session.slow_mode == 0:
        return
    last = written.order_by("-created_at").values_list("created_at", flat=True).first()
    if last is not None:
        wait = last + timedelta(seconds=session.slow_mode) - timezone.now()
        if wait > timedelta():
            raise SlowMode(retry_after=int(wait.total_seconds()) + 1)


def is_held(session: Session, allowed: Capabilities) -> bool:
    """Whether this person's public texts wait for the crew's approval."""
    return session.hold_messages and allowed.role == Role.AUDIENCE


def check_text(session: Session, allowed: Capabilities, text: str, *, field: str) -> None:
    """Raises Invalid (codes ``blocked_word``, ``link``) for text that the chat rules forbid the audience.

    The crew itself is exempt. ``field`` is the request's field that holds ``text``.
    """
    if allowed.is_crew:
        return
    if blocked_word(text, session.blocked_words):
        raise Invalid.field(
            field, _("The host does not allow one of these words. Write it differently."), "blocked_word"
        )
    link = link_in(text) if session.block_links else None
    if link is not None:
        message = _("The host does not allow links, and “%(link)s” looks like one. Leave it out.")
        raise Invalid.field(field, message % {"link": Truncator(link).chars(80)}, "link")
