"""Which bytes of a file to send: conditions and ranges of RFC 9110 (§13, §14), without input or output."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from django.utils.http import http_date

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Version:
    """A file's present version: size in bytes, and time of change (Unix seconds, nanoseconds)."""

    size: int
    modified_ns: int

    @property
    def etag(self) -> str:
        """A strong ETag: our files are replaced, never modified in place."""
        return f'"{self.modified_ns:x}-{self.size:x}"'

    @property
    def modified(self) -> int:
        return self.modified_ns // 1_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, and which bytes: ``length`` from ``start`` on. ``headers`` are those that follow from the file."""

    status: int
    start: int
    length: int
    headers: dict[str, str]


def answer(method: str, asked: Mapping[str, str], version: Version) -> Answer:
    """The answer to this request (header names in lower case) for a file.

    Several ranges at once are answered with the whole file, as §14.2 allows.
    """
    headers = {
        "etag": version.etag,
        "last-modified": http_date(version.modified),
        "accept-ranges": "bytes",
    }
    if not _may_go_on(asked, version):
        return Answer(412, 0, 0, headers)
    if _is_known(asked, version):
        return Answer(304, 0, 0, headers)
    wanted = _wanted(asked.get("range", "")) if method == "GET" and _range_counts(asked, version) else None
    if wanted is None:
        return Answer(200, 0, version.size, headers)
    start, length = _bytes(*wanted, version.size)
    if not length:
        return Answer(416, 0, 0, headers | {"content-range": f"bytes */{version.size}"})
    headers["content-range"] = f"bytes {start}-{start + length - 1}/{version.size}"
    return Answer(206, start, length, headers)


def _wanted(header: str) -> tuple[int | None, int | None] | None:
    """The first and last byte of one range; without a first one, how many at the end. None for everything else."""
    found = _RANGE.fullmatch(header)
    if found is None:
        return None
    first, last = (int(text) if text else None for text in found.groups())
    is_range = last is not None if first is None else last is None or last >= first
    return (first, last) if is_range else None


def _bytes(first: int | None, last: int | None, size: int) -> tuple[int, int]:
    """Start and length; length 0 if the range is unsatisfiable."""
    if first is None:
        length = min(last or 0, size)
        return size - length, length
    return first, max(0, min(size - 1 if last is None else last, size - 1) - first + 1)


def _may_go_on(asked: Mapping[str, str], version: Version) -> bool:
    if "if-match" in asked:
        return _names(asked["if-match"], version.etag, weakly=False)
    since = _date(asked.get("if-unmodified-since"))
    return since is None or version.modified <= since


def _is_known(asked: Mapping[str, str], version: Version) -> bool:
    if "if-none-match" in asked:
        return _names(asked["if-none-match"], version.etag, weakly=True)
    since = _date(asked.get("if-modified-since"))
    return since is not None and version.modified <= since


def _range_counts(asked: Mapping[str, str], version: Version) -> bool:
    """Whether what the client has is a part of this very file (§13.1.5)."""
    header = asked.get("if-range")
    if header is None:
        return True
    return header.strip() == version.etag or _date(header) == version.modified


def _names(header: str, etag: str, *, weakly: bool) -> bool:
    known = [each.strip() for each in header.split(",")]
    return "*" in known or etag in known or (weakly and f"W/{etag}" in known)


def _date(header: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(header).timestamp()) if header and header[:1].isalpha() else None
    except (ValueError, TypeError, OverflowError):
        return None
