"""Captions as WebVTT: written from cues, and read from WebVTT and SubRip.

Reading keeps words and times and drops the rest: styles, positions, notes and markup; the name of a voice becomes the
beginning of its text. So players and pages always get one plain kind. What is plainly meant is repaired: captions out
of order, without length, with an empty line inside, ends of lines written twice, a comma for a point. What remains is
reported with its line, all at once.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core import texts
from core.errors import FieldError, Invalid, Sentence

MAX_BYTES = 2 * 1024 * 1024
MOST_CUES = 20_000
LONGEST_TEXT = 1000
LONGEST_MARKED = 20_000  # the same with its markup: a time and a class may stand before each word
#: The last cue may end a little after the recording: players and recorders measure differently.
SLACK = 2.0  # seconds

#: How long a caption without length is shown, unless another one begins.
SHOWN = 2.0  # seconds
MOST_FAULTS = 20  # that are named; of the others the number is said

_VTT_TIME = re.compile(r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})", re.ASCII)
_SRT_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)[,.](\d{3})", re.ASCII)
# No mark begins inside another, so that each character is read once, even if a mark is not closed.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]+)>", re.IGNORECASE)
# Only what WebVTT and SubRip know is markup: other words in angle brackets are spoken, as <laughs>.
_TAG = re.compile(
    r"</?(?:[ciubsv]|ruby|rt|lang|font|em|strong|span)(?:\.[^\s<>]*)?>|<(?:v|lang|font|span)(?:\.[^\s<>]*)?\s[^<>]*>"
    r"|<(?:\d+:)?\d+:\d+\.\d+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_NUMBER = re.compile(r"&#\d{8,}")  # stands for no character, and would be read as a number of any length


@dataclass(frozen=True, slots=True)
class Cue:
    """Text shown from ``start`` to ``end`` (seconds of the recording); ``text`` may have several lines."""

    start: float
    end: float
    text: str


def write(cues: Iterable[Cue]) -> str:
    """The cues as a WebVTT file, ordered by their beginnings."""
    blocks = [
        f"{_written(cue.start)} --> {_written(max(cue.end, cue.start + 0.001))}\n{_escaped(cue.text)}\n"
        for cue in sorted(cues, key=lambda cue: (cue.start, cue.end))
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def cut(text: str, start: float, end: float | None) -> str:
    """The span between two seconds of a file that :func:`write` made, with times relative to the first."""
    until = float("inf") if end is None else end
    cues = (numbered.cue for numbered in _vtt_cues(_blocks(text.split("\n"))[1:], []))
    return write(
        Cue(max(cue.start, start) - start, min(cue.end, until) - start, cue.text)
        for cue in cues
        if cue.end > start and cue.start < until
    )


def read(raw: bytes, *, duration: float | None = None, field: str = "file") -> list[Cue]:
    """The cues of a WebVTT or SubRip (SRT) file in order; its first lines decide which.

    ``duration``: of the recording, in seconds; a caption that begins after it does not belong to it. Raises Invalid, at
    ``field``, with a sentence for each faulty line.
    """
    faults: list[_Faulty] = []
    try:
        cues = _read(raw, duration, faults)
    except _Faulty as fault:
        faults, cues = [fault], []
    if faults:
        errors = [FieldError(field, fault.code, fault.sentence) for fault in faults[:MOST_FAULTS]]
        if len(faults) > MOST_FAULTS:
            more = _("%(count)d more lines have faults.") % {"count": len(faults) - MOST_FAULTS}
            errors.append(FieldError(field, "more", more))
        raise Invalid(errors, sentence=errors[0].message if len(errors) == 1 else None)
    return cues


class _Faulty(Exception):
    def __init__(self, sentence: Sentence, code: str = "invalid", line: int = 0) -> None:
        self.sentence, self.code, self.line = sentence, code, line


def _read(raw: bytes, duration: float | None, faults: list[_Faulty]) -> list[Cue]:
    if len(raw) > MAX_BYTES:
        raise _Faulty(_("The file is too large: captions may have 2 MiB."), "too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Faulty(_("The file is not text in UTF-8. Save it as UTF-8, then upload it again."), "encoding") from None
    if "\0" in text:
        raise _Faulty(_("The file is not text in UTF-8. Save it as UTF-8, then upload it again."), "encoding")
    lines = re.split(r"\r{1,3}\n|\r|\n", text)
    is_vtt = re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) is not None
    blocks = _blocks(lines)
    if not is_vtt and (not blocks or "-->" not in " ".join(line for _number, line in blocks[0][:2])):
        raise _Faulty(
            _("This is neither WebVTT (its first line is WEBVTT) nor SRT (a number, then a line with two times)."),
            "format",
        )
    found = list(_vtt_cues(blocks[1:], faults) if is_vtt else _srt_cues(blocks, faults))
    if not found and not faults:
        raise _Faulty(_("There are no captions in this file."), "empty")
    if len(found) > MOST_CUES:
        raise _Faulty(_("There are too many captions in this file: 20,000 at most."), "too_many")
    return _checked(found, duration, faults)


Block = list[tuple[int, str]]  # numbered lines


def _blocks(lines: list[str]) -> list[Block]:
    """The blocks between empty lines."""
    blocks: list[Block] = [[]]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            blocks[-1].append((number, line))
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


@dataclass(frozen=True, slots=True)
class _Numbered:
    line: int
    cue: Cue


def _vtt_cues(blocks: list[Block], faults: list[_Faulty]) -> Iterator[_Numbered]:
    kept = [
        block for block in blocks if not re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", block[0][1]) or "-->" in block[0][1]
    ]
    for block, timing in _with_text_after_empty_lines(kept, faults):
        yield from _numbered(block, timing, _VTT_TIME, "00:01:02.500 --> 00:01:04.000", faults)


def _srt_cues(blocks: list[Block], faults: list[_Faulty]) -> Iterator[_Numbered]:
    for block, timing in _with_text_after_empty_lines(blocks, faults):
        if timing and not block[0][1].strip().isdecimal():
            faults.append(_at(block[0][0], _("the number of the next caption is missing here."), "number"))
        else:
            yield from _numbered(block, timing, _SRT_TIME, "00:01:02,500 --> 00:01:04,000", faults)


def _with_text_after_empty_lines(blocks: list[Block], faults: list[_Faulty]) -> Iterator[tuple[Block, int]]:
    """Each cue's block, and which of its lines has the times. What has none is text of the cue above it, after an empty
    line; but a number alone is that of the cue below, and a fault if none follows.
    """
    current: tuple[Block, int] | None = None
    for index, block in enumerate(blocks):
        timing = next((at for at in (0, 1) if len(block) > at and "-->" in block[at][1]), None)
        if timing is not None:
            if current is not None:
                yield current
            current = list(block), timing
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else []
        is_number = len(block) == 1 and block[0][1].strip().isdecimal()
        if is_number and following and "-->" in following[0][1]:
            continue
        if is_number or current is None:
            faults.append(_at(block[0][0], _("two times with --> between them are missing here."), "timing"))
        else:
            current[0].extend(block)
    if current is not None:
        yield current


def _numbered(
    block: Block, timing: int, pattern: re.Pattern[str], example: str, faults: list[_Faulty]
) -> Iterator[_Numbered]:
    number, line = block[timing]
    left, _arrow, right = line.partition("-->")
    # Settings such as align:start may follow a WebVTT cue's end.
    times = [pattern.fullmatch(part) for part in (left.strip(), (right.split() or [""])[0])]
    if not all(times):
        fault = _("the times cannot be read. Write them like this: %(example)s") % {"example": example}
        faults.append(_at(number, fault, "timing"))
        return
    start, end = (_seconds(found) for found in times if found)
    if end < start:
        faults.append(_at(number, _("this caption ends before it begins."), "order"))
        return
    marked = [line for _number, line in block[timing + 1 :]]
    is_short = sum(map(len, marked)) <= LONGEST_MARKED
    text = _plain(marked) if is_short else ""
    if not is_short or len(text) > LONGEST_TEXT:
        faults.append(_at(number, _("this caption is too long: 1000 characters at most."), "too_long"))
        return
    yield _Numbered(number, Cue(start, end, text))


def _checked(found: list[_Numbered], duration: float | None, faults: list[_Faulty]) -> list[Cue]:
    for numbered in found:
        if duration is not None and numbered.cue.start > duration + SLACK:
            fault = _("this caption begins at %(at)s, after the end of the recording (%(end)s). Is it the right file?")
            words = fault % {"at": _short(numbered.cue.start), "end": _short(duration)}
            faults.append(_at(numbered.line, words, "after_the_end"))
    cues = _with_length(sorted((each.cue for each in found if each.cue.text), key=lambda cue: (cue.start, cue.end)))
    if not cues and not faults:
        raise _Faulty(_("There are no captions in this file."), "empty")
    faults.sort(key=lambda fault: fault.line)
    return cues


def _with_length(cues: list[Cue]) -> list[Cue]:
    """One without length is shown for a moment, until another begins."""
    shown: list[Cue] = []
    following = later = float("inf")  # beginnings: of the cue below, and of the next that begins later
    for cue in reversed(cues):
        if cue.start < following:
            following, later = cue.start, following
        end = cue.end if cue.end > cue.start else min(cue.start + SHOWN, later)
        shown.append(Cue(cue.start, end, cue.text))
    return shown[::-1]


def _at(line: int, fault: Sentence, code: str) -> _Faulty:
    return _Faulty(str(_("Line %(line)d: %(fault)s") % {"line": line, "fault": fault}), code, line)


def _seconds(time: re.Match[str]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in time.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _plain(lines: Iterable[str]) -> str:
    """The text without markup, line by line."""
    single = (part for line in lines for part in _BREAK.split(line))
    spoken = (_VOICE.sub(lambda found: f"{found[1].strip()}: ", line) for line in single)
    plain = (html.unescape(_NUMBER.sub("", _TAG.sub("", line))) for line in spoken)
    return "\n".join(words for line in plain if (words := texts.clean_line(line)))


def _escaped(text: str) -> str:
    """``-->`` cannot stand in a cue, and an empty line would end it; ``>`` is escaped, too."""
    lines = [html.escape(line, quote=False) for line in text.splitlines() if line.strip()]
    return "\n".join(lines)


def _written(seconds: float) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _short(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
