"""Cleaning of text that people type: the one policy for names, messages, titles, questions and captions.

Input is cleaned silently, because keyboards, contact apps and input methods add invisible characters that their users
do not know of. The result contains nothing that reorders, hides or piles up the text around it: no control characters,
no direction overrides, no blank letters, no stacks of combining marks. What scripts and emoji need stays: joiners where
they join, soft hyphens, variation selectors, flags. Every step takes linear time.
"""

import unicodedata
from typing import Any

import regex
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Sentence

#: Combining marks on one letter: scripts need five or six, at most four of them above or below.
_MOST_MARKS, _MOST_STACKED = 8, 4
#: Longer runs of marks are cut before normalisation (NFC), which takes quadratic time on them.
_MOST_SORTED = 30

#: Printable characters that may have to be removed or reordered.
_NOTEWORTHY = regex.compile(r"[\p{M}\u115F\u1160\u2800\u3164\uFFA0\uFFFC\U0001D159\U00013441\U00013442]")
_BREAK = regex.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
#: Spaces of every width; U+2800 and the Egyptian blanks are letters and symbols that are drawn as nothing.
_SPACE = regex.compile(r"[\t\p{Zs}\u2800\U00013441\U00013442]")
_SPACES = regex.compile(r" {2,}")
_EMPTY_LINES = regex.compile(r"\n{3,}")
#: Categories without a visible form. Unassigned code points do not count where new emoji will be added.
_UNSEEN = regex.compile(
    r"(?V1)[[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFC\U0001D159]"
    r"--[\n\u00AD\u061C\u115F\u1160\u180B-\u180D\u180F\u200B-\u200F\uFE00-\uFE0F\U000E0020-\U000E007F\U000E0100-\U000E01EF]"
    r"--[\p{Cn}&&\p{Extended_Pictographic}]]+"
)
#: Tag characters are visible only in the flags of England, Scotland and Wales.
_TAGS = regex.compile(r"(\U0001F3F4[\U000E0020-\U000E007E]{1,7}\U000E007F)|[\U000E0020-\U000E007F]+")
#: Fillers hold the place of a part of an old Korean syllable.
_FILLERS = regex.compile(r"(?<![\u1100-\u115E\u1161-\u11FF])[\u115F\u1160]+(?![\u1100-\u115E\u1161-\u11FF])")
_DIRECTIONS = regex.compile(r"([\u061C\u200E\u200F])[\u061C\u200E\u200F]+")
#: Characters that act on a visible neighbour: joiners, soft hyphen, zero width space, variation selectors.
_ACTING = r"\u00AD\u180B-\u180D\u180F\u200B-\u200D\uFE00-\uFE0F\U000E0100-\U000E01EF"
#: Marks and such characters with nothing before them.
_LONE = regex.compile(rf"(?:^|(?<=[\s\u061C\u200E\u200F]))[\p{{M}}{_ACTING}]+", regex.MULTILINE)
_BETWEEN = regex.compile(rf"[{_ACTING}]+")
#: A joiner at the end of a word: it would draw Arabic letters as connected and Indic consonants as half letters.
_JOINED_AT_THE_END = regex.compile(r"[\p{Script=Arabic}\p{Canonical_Combining_Class=9}]")
#: Scripts without spaces between words; there a zero width space says where a line may break.
_UNSPACED = regex.compile(r"\p{Line_Break=SA}")
_UNSORTED = regex.compile(rf"([\p{{M}}\uFF9E\uFF9F]{{{_MOST_SORTED}}})[\p{{M}}\uFF9E\uFF9F]+")
_MARKS = regex.compile(rf"(\p{{M}}{{{_MOST_MARKS}}})\p{{M}}+")
_STACKED = regex.compile(
    rf"((?:\p{{Canonical_Combining_Class=220}}){{{_MOST_STACKED}}})\p{{Canonical_Combining_Class=220}}+"
    rf"|((?:\p{{Canonical_Combining_Class=230}}){{{_MOST_STACKED}}})\p{{Canonical_Combining_Class=230}}+"
)
_EDGES = " \n\u061c\u200e\u200f"


def clean_line(text: str) -> str:
    """``text`` on one line, stripped; empty if nothing in it is visible."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text.strip())
    return _SPACES.sub(" ", _seen(text).replace("\n", " ")).strip(_EDGES)


def clean_text(text: str, *, most_breaks: int) -> str:
    """``text`` with its line breaks, at most one empty line in a row; empty if nothing in it is visible.

    Breaks beyond ``most_breaks`` become spaces.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = "\n".join(line.rstrip(" ") for line in _seen(text).split("\n"))
    *kept, rest = _EMPTY_LINES.sub("\n\n", lines).strip(_EDGES).split("\n", most_breaks)
    return "\n".join([*kept, _SPACES.sub(" ", rest.replace("\n", " ")) if "\n" in rest else rest])


def most_breaks(longest: int) -> int:
    """How many line breaks a text of at most ``longest`` characters may have."""
    return max(20, longest // 25)


def most_raw(longest: int) -> int:
    """How many characters of raw input are read for a text of at most ``longest``: enough for what keyboards add."""
    return 8 * longest + 256


def sortable(text: str) -> str:
    """``text`` with so few marks on each letter that Unicode's normalisation takes linear time."""
    return _UNSORTED.sub(r"\1", text)


def line(text: str, *, field: str, longest: int, missing: Sentence | None = None) -> str:
    """``text`` cleaned, for input without a form. Raises Invalid (codes ``blank``, ``max_length``).

    ``missing``: the sentence for a text in which nothing is visible.
    """
    cleaned = clean_line(text) if len(text) <= most_raw(longest) else text
    if not cleaned:
        raise Invalid.field(field, missing or _("Write something visible."), "blank")
    if len(cleaned) > longest:
        raise Invalid.field(field, _("Use at most %(longest)d characters.") % {"longest": longest}, "max_length")
    return cleaned


def _seen(text: str) -> str:
    """``text`` composed (NFC), with ``\\n`` and ordinary spaces, without the characters that the policy removes."""
    if text.replace("\n", "").isprintable() and not _NOTEWORTHY.search(text):
        return unicodedata.normalize("NFC", text)
    text = _TAGS.sub(r"\1", _UNSEEN.sub("", _SPACE.sub(" ", _BREAK.sub("\n", text))))
    text = unicodedata.normalize("NFC", sortable(text))
    text = _DIRECTIONS.sub(r"\1", _BETWEEN.sub(_acting, _LONE.sub("", _FILLERS.sub("", text))))
    # Normalise once more: a removed character may have stood between a letter and its mark.
    return _STACKED.sub(r"\1\2", _MARKS.sub(r"\1", unicodedata.normalize("NFC", text)))


def _acting(found: Any) -> str:
    """Of adjacent zero-width characters, those that have an effect here: one selector, one joiner."""
    text, (start, end) = found.string, found.span()
    before, after = text[start - 1] if start else "", text[end] if end < len(text) else ""
    run: str = found[0]
    selector = run[0] if _is_selector(run[0]) else ""
    joiner = next((sign for sign in run if not _is_selector(sign)), "")
    if joiner == "\u00ad":
        acts = _is_joinable(before, "LM") and _is_joinable(after, "LM")
    elif joiner == "\u200b":
        acts = bool(_UNSPACED.match(before) and _UNSPACED.match(after))
    else:
        acts = _is_joinable(before) and (_is_joinable(after) or _JOINED_AT_THE_END.match(before) is not None)
    return selector + (joiner if acts else "")


def _is_selector(sign: str) -> bool:
    return sign not in "\u00ad\u200b\u200c\u200d"


def _is_joinable(neighbour: str, kinds: str = "LMNS") -> bool:
    """Whether it is a letter, mark, digit or symbol; new emoji have no category yet."""
    kind = unicodedata.category(neighbour) if neighbour else "Zs"
    return kind == "Cn" or kind[0] in kinds
