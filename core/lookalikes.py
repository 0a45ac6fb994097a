"""Comparing texts by how they look, with Unicode's table of confusable characters (UTS #39), not by code points.

Case, width, invisible characters and stray marks are ignored. A small letter of one script may look like one of another
script although the capitals do not, or the other way round; so each text has two forms, one of its small letters and
one of its letters as written. Two texts look alike if they share a form.
"""

import unicodedata
from functools import cache

import regex

from core.texts import sortable

_UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_NOT_ITS_NAME = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
#: Combining classes 0 (unordered), nukta, kana voicing and virama change the letter; other marks stand above or below
#: it.
_CHANGING = frozenset({0, 7, 8, 9})
#: ASCII letters and digits that look alike; the rest of the table contains no such pairs.
_WITHIN_ASCII = str.maketrans({"I": "l", "|": "l", "1": "l", "0": "O"})


def plain(text: str) -> str:
    """``text`` in characters of ordinary width, without invisible ones."""
    return unicodedata.normalize("NFKC", sortable(_UNSEEN.sub("", text)))


def text_forms(text: str) -> tuple[str, str]:
    """The two forms in which words are searched for: of small letters, and of letters as written."""
    ordinary = plain(text)
    return _alike(ordinary.casefold()), _alike(ordinary).casefold()


def name_forms(name: str) -> tuple[str, str]:
    """The two forms by which names are compared: letters and digits, without accents."""
    bare = _without_marks(unicodedata.normalize("NFKD", sortable(_UNSEEN.sub("", name))))
    small, written = _alike(bare.casefold()), _alike(bare).translate(_WITHIN_ASCII).casefold()
    return _letters(small), _letters(written).replace("rn", "m").replace("vv", "w")


def look_alike(name: str, other: str) -> bool:
    """Whether a reader may confuse the two names."""
    return any(mine == theirs for mine, theirs in zip(name_forms(name), name_forms(other), strict=True))


def _letters(text: str) -> str:
    return _NOT_ITS_NAME.sub("", text) or text


def _alike(text: str) -> str:
    return text if text.isascii() else _without_marks(text.translate(_table()))


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign for sign in text if unicodedata.combining(sign) in _CHANGING)


@cache
def _table() -> dict[int, str]:
    """Maps each character to the one it resembles. The library lists pairs in both directions: the character with many
    pairs is taken as the target.
    """
    from confusable_homoglyphs.confusables import confusables_data

    pairs = {
        _bare(sign): [_bare(str(pair["c"])) for pair in found] for sign, found in confusables_data.items() if found
    }
    return {
        ord(sign): models[0]
        for sign, models in pairs.items()
        if len(sign) == 1 and not sign.isascii() and len(models) == 1
        if len(models[0]) > 1 or len(pairs[models[0]]) > 1 or models[0] < sign
    }


def _bare(sign: str) -> str:
    """Without the direction marks that the table has around Hebrew and Arabic characters."""
    return sign.strip("\u200e")
