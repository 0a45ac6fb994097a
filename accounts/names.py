"""Names that people give themselves: what every page, mail and log can show without harm."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from base.errors import Invalid

LONGEST = 50
#: Marks that turn the direction of the text around them, or hide in it.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(value: str, *, field: str = "display_name", longest: int = LONGEST) -> str:
    """``value`` without space around it and in Unicode's composed form.

    Raises Invalid when it is empty, longer than ``longest``, or has control or direction-changing characters.
    """
    name = unicodedata.normalize("NFC", value).strip()
    if any(character in _BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise Invalid.field(field, _("Use letters, digits and ordinary punctuation only."), "characters")
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise Invalid.field(field, _("Give a name."), "blank")
    if len(name) > longest:
        message = _("A name has at most %(longest)d characters.") % {"longest": longest}
        raise Invalid.field(field, message, "max_length")
    return name
