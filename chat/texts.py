"""What people write, made fit to be shown: no control characters, no marks that turn or hide the text around them."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from base.errors import Invalid
from chat.models import LONGEST_MESSAGE

#: Embeddings, overrides and isolates of direction, with which a text could pass for something else.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Characters without width: in a message they join letters and emoji, in a name they only deceive.
_UNSEEN = frozenset("\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_LONGEST_SENT = 8 * LONGEST_MESSAGE  # composing and tidying make a text shorter, but not by that much
_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def clean_text(value: str) -> str:
    """``value`` as it is kept: composed (NFC), with plain line breaks, at most one empty line in a row.

    Raises Invalid when nothing visible is left or more than 500 characters.
    """
    if len(value) > _LONGEST_SENT:  # putting many marks on one letter in order takes the square of their number
        raise _too_long()
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", value)).replace("\t", " ")
    text = "".join(character for character in text if character == "\n" or _is_shown(character))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not any(character not in _UNSEEN and not character.isspace() for character in text):
        raise Invalid.field("message", _("Write something first."), "blank")
    if len(text) > LONGEST_MESSAGE:
        raise _too_long()
    return text


def _too_long() -> Invalid:
    message = _("A message has at most %(longest)d characters.") % {"longest": LONGEST_MESSAGE}
    return Invalid.field("message", message, "max_length")


def plain_name(name: str) -> str:
    """``name`` without anything unseen, for showing beside what the person writes."""
    return "".join(character for character in name if character not in _UNSEEN and _is_shown(character))[:150]


def _is_shown(character: str) -> bool:
    return character not in _TURNING and unicodedata.category(character) not in {"Cc", "Cs"}
