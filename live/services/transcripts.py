"""Caption lines written during a session become the captions of its recordings."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from captions.models import CaptionLine
from captions.queries import lines_of
from recordings.models import Recording
from recordings.queries import began_at
from recordings.tracks import replace_captions
from recordings.webvtt import Cue

_SECOND = timedelta(seconds=1)
#: How long a line is shown: until the next one, within the bounds of a reading time.
_SHORTEST, _LONGEST = 1.0, 12.0  # seconds
_SIGNS_A_SECOND = 12.0


def make_tracks(recording: Recording) -> None:
    """Make captions in each language in which lines were written while ``recording`` ran. Repeating it is harmless.

    The recording's clock runs on through gaps, so that each line appears when it was said.
    """
    lines = lines_of(recording.session).order_by("language", "at", "created_at", "id")
    by_language = groupby(lines, key=lambda line: line.language)
    found = {language: cues_of(list(said), began_at(recording), recording.duration) for language, said in by_language}
    replace_captions(recording, {language: cues for language, cues in found.items() if cues})


def cues_of(lines: Sequence[CaptionLine], begins: datetime, duration: float | None) -> list[Cue]:
    """The lines (in order) said from ``begins`` until ``duration`` seconds later, as cues relative to ``begins``."""
    ends = float("inf") if duration is None else duration
    said = [((line.at - begins) / _SECOND, line.text) for line in lines]
    nexts = [start for start, _text in said[1:]] + [float("inf")]
    return [
        Cue(start, min(ends, start + min(_reading_time(text), max(_SHORTEST, until - start))), text)
        for (start, text), until in zip(said, nexts, strict=True)
        if 0 <= start < ends
    ]


def _reading_time(text: str) -> float:
    return min(_LONGEST, max(3.0, len(text) / _SIGNS_A_SECOND))
