"""What the crew's present rules say about a text that somebody of the audience writes: in chat, questions and polls."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from base.errors import Invalid
from sessions.capabilities import Capabilities
from sessions.models import Session

#: An address with its scheme, with www, or a bare host name with a known kind of ending and perhaps a path.
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2}|com|org|net|info|app|dev|xyz|shop|site|online|link)\b",
    re.IGNORECASE,
)


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
    """Whether ``text`` holds something that leads elsewhere."""
    return _LINK.search(text) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
