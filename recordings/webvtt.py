"""Captions as WebVTT: written from cues, and read strictly, reporting the faulty line, from WebVTT and SubRip.

Reading keeps words and times and drops the rest: styles, positions, notes and markup; the name of a voice becomes the
beginning of its text. So players and pages always get one plain kind.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core import texts
from core.errors import Invalid, Sentence

MAX_BYTES = 2 * 1024 * 1024
MOST_CUES = 20_000
LONGEST_TEXT = 1000
LONGEST_MARKED = 20_000  # the same with its markup: a time and a class may stand before each word
#: The last cue may end a little after the recording: players and recorders measure differently.
SLACK = 2.0  # seconds

_VTT_TIME = re.compile(r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
_SRT_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)[,.](\d{3})", re.ASCII)
# No mark begins inside another, so that each character is read once, even if a mark is not closed.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<(?:\d+:)?\d+:\d+\.\d+>|\{\\[^{}]*\}")
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
    cues = (numbered.cue for numbered in _vtt_cues(_blocks(text.split("\n"))[1:]))
    return write(
        Cue(max(cue.start, start) - start, min(cue.end, until) - start, cue.text)
        for cue in cues
        if cue.end > start and cue.start < until
    )


def read(raw: bytes, *, duration: float | None = None, field: str = "file") -> list[Cue]:
    """The cues of a WebVTT or SubRip (SRT) file; its first lines decide which.

    ``duration``: of the recording, in seconds; a caption that begins after it does not belong to it. Raises Invalid, at
    ``field``, with a sentence that names the line.
    """
    try:
        return _read(raw, duration)
    except _Faulty as fault:
        raise Invalid.field(field, fault.sentence, fault.code) from None


class _Faulty(Exception):
    def __init__(self, sentence: Sentence, code: str = "invalid") -> None:
        self.sentence, self.code = sentence, code


def _read(raw: bytes, duration: float | None) -> list[Cue]:
    if len(raw) > MAX_BYTES:
        raise _Faulty(_("The file is too large: captions may have 2 MiB."), "too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Faulty(_("The file is not text in UTF-8. Save it as UTF-8, then upload it again."), "encoding") from None
    if "\0" in text:
        raise _Faulty(_("The file is not text in UTF-8. Save it as UTF-8, then upload it again."), "encoding")
    lines = re.split(r"\r\n|\r|\n", text)
    is_vtt = re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) is not None
    blocks = _blocks(lines)
    if not is_vtt and (not blocks or "-->" not in " ".join(line for _number, line in blocks[0][:2])):
        raise _Faulty(
            _("This is neither WebVTT (its first line is WEBVTT) nor SRT (a number, then a line with two times)."),
            "format",
        )
    found = list(_vtt_cues(blocks[1:]) if is_vtt else _srt_cues(blocks))
    if not found:
        raise _Faulty(_("There are no captions in this file."), "empty")
    if len(found) > MOST_CUES:
        raise _Faulty(_("There are too many captions in this file: 20,000 at most."), "too_many")
    return _checked(found, duration)


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


def _vtt_cues(blocks: list[Block]) -> Iterator[_Numbered]:
    for block in blocks:
        first = block[0][1]
        if re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", first) and "-->" not in first:
            continue
        timing = 0 if "-->" in first else 1
        if len(block) <= timing or "-->" not in block[timing][1]:
            raise _Faulty(_at(block[0][0], _("two times with --> between them are missing here.")), "timing")
        yield _numbered(block, timing, _VTT_TIME, "00:01:02.500 --> 00:01:04.000")


def _srt_cues(blocks: list[Block]) -> Iterator[_Numbered]:
    for block in blocks:
        timing = 0 if "-->" in block[0][1] else 1
        if timing and not block[0][1].strip().isdecimal():
            raise _Faulty(_at(block[0][0], _("the number of the next caption is missing here.")), "number")
        if len(block) <= timing or "-->" not in block[timing][1]:
            raise _Faulty(_at(block[0][0], _("two times with --> between them are missing here.")), "timing")
        yield _numbered(block, timing, _SRT_TIME, "00:01:02,500 --> 00:01:04,000")


def _numbered(block: Block, timing: int, pattern: re.Pattern[str], example: str) -> _Numbered:
    number, line = block[timing]
    left, _arrow, right = line.partition("-->")
    # Settings such as align:start may follow a WebVTT cue's end.
    times = [pattern.fullmatch(part) for part in (left.strip(), (right.split() or [""])[0])]
    if not all(times):
        fault = _("the times cannot be read. Write them like this: %(example)s") % {"example": example}
        raise _Faulty(_at(number, fault), "timing")
    start, end = (_seconds(found) for found in times if found)
    if end <= start:
        raise _Faulty(_at(number, _("this caption ends before it begins.")), "order")
    marked = [line for _number, line in block[timing + 1 :]]
    is_short = sum(map(len, marked)) <= LONGEST_MARKED
    text = _plain(marked) if is_short else ""
    if not is_short or len(text) > LONGEST_TEXT:
        raise _Faulty(_at(number, _("this caption is too long: 1000 characters at most.")), "too_long")
    return _Numbered(number, Cue(start, end, text))


def _checked(found: list[_Numbered], duration: float | None) -> list[Cue]:
    cues: list[Cue] = []
    for numbered in found:
        cue = numbered.cue
        if cues and cue.start < cues[-1].start:
            fault = _("this caption begins before the one above it. Sort captions by time.")
            raise _Faulty(_at(numbered.line, fault), "order")
        if duration is not None and cue.start > duration + SLACK:
            fault = _("this caption begins at %(at)s, after the end of the recording (%(end)s). Is it the right file?")
            raise _Faulty(
                _at(numbered.line, fault % {"at": _short(cue.start), "end": _short(duration)}), "after_the_end"
            )
        cues.append(cue)
    kept = [cue for cue in cues if cue.text]
    if not kept:
        raise _Faulty(_("There are no captions in this file."), "empty")
    return kept


def _at(line: int, fault: Sentence) -> str:
    return str(_("Line %(line)d: %(fault)s") % {"line": line, "fault": fault})


def _seconds(time: re.Match[str]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in time.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _plain(lines: Iterable[str]) -> str:
    """The text without markup, line by line."""
    spoken = (_VOICE.sub(lambda found: f"{found[1].strip()}: ", line) for line in lines)
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
