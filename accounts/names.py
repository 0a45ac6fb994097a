"""Names that people give themselves: what every page, mail and log can show without harm."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from base.errors import Invalid

LONGEST = 50
_SENT = 8  # times as many characters may be sent, with space around them and marks that are yet to be composed
#: Marks that turn the direction of the text around them, or hide in it.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(value: str, *, field: str = "display_name", longest: int = LONGEST) -> str:
    """``value`` without space around it and in Unicode's composed form.

    Raises Invalid when it is empty, longer than ``longest``, or has control or direction-changing characters.
    """
    too_long = _("A name has at most %(longest)d characters.") % {"longest": longest}
    # Composed, a name is shorter; but putting many marks on one letter in order takes the square of their number.
    if len(value) > _SENT * longest:
        raise Invalid.field(field, too_long, "max_length")
    name = unicodedata.normalize("NFC", value).strip()
    if any(character in _BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise Invalid.field(field, _("Use letters, digits and ordinary punctuation only."), "characters")
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise Invalid.field(field, _("Give a name."), "blank")
    if len(name) > longest:
        raise Invalid.field(field, too_long, "max_length")
    return name
