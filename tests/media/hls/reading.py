"""Reads playlists as RFC 8216 says, and refuses what it forbids."""

import itertools
import re
from dataclasses import dataclass
from datetime import datetime


def named(uri):
    """The rendition and file: what stands before them is signed anew each hour."""
    return uri.split("/")[-2:]


@dataclass
class Entry:
    uri: str
    duration: float
    initial: str
    is_break: bool
    moment: datetime | None
    number: int


class MediaPlaylist:
    """One rendition's playlist; every assertion here is a rule of RFC 8216."""

    def __init__(self, text):
        lines = text.split("\n")
        assert lines[0] == "#EXTM3U"  # §4.3.1.1
        assert lines[-1] == ""
        assert "" not in lines[:-1]
        self.tags, self.entries = {}, []
        self._read(lines[1:-1])
        self.target = int(self.tags["#EXT-X-TARGETDURATION"])
        self.first = int(self.tags.get("#EXT-X-MEDIA-SEQUENCE", 0))
        self.breaks = int(self.tags.get("#EXT-X-DISCONTINUITY-SEQUENCE", 0))
        self.kind = self.tags.get("#EXT-X-PLAYLIST-TYPE")
        self.is_over = "#EXT-X-ENDLIST" in self.tags
        for entry in self.entries:
            entry.number += self.first
        self._check()

    def _read(self, lines):
        of_next = {}
        initial = None
        for line in lines:
            name, _, value = line.partition(":")
            if name == "#EXT-X-MAP":
                initial = re.fullmatch(r'URI="([^"]+)"', value)[1]
            elif name in {"#EXTINF", "#EXT-X-DISCONTINUITY", "#EXT-X-PROGRAM-DATE-TIME"}:
                assert name not in of_next
                of_next[name] = value
            elif line.startswith("#"):
                assert name not in self.tags, f"{name} twice"
                assert line == "#EXT-X-ENDLIST" or not self.entries  # §4.3.3: before the first segment
                self.tags[name] = value
            else:
                assert initial is not None  # each segment of ours is fragmented MP4: §3.3
                told = of_next.get("#EXT-X-PROGRAM-DATE-TIME")
                self.entries.append(
                    Entry(
                        line,
                        float(of_next["#EXTINF"].removesuffix(",")),  # §4.3.2.1
                        initial,
                        "#EXT-X-DISCONTINUITY" in of_next,
                        datetime.fromisoformat(told) if told else None,
                        len(self.entries),
                    )
                )
                of_next = {}
        assert not of_next

    def _check(self):
        assert all(round(entry.duration) <= self.target for entry in self.entries)
        assert int(self.tags["#EXT-X-VERSION"]) >= 6  # §7: EXT-X-MAP in a list that is not of I-frames alone
        if self.kind:
            assert self.first == 0
            assert "#EXT-X-DISCONTINUITY-SEQUENCE" not in self.tags
        assert self.kind != "VOD" or self.is_over
        for before, entry in itertools.pairwise(self.entries):
            assert entry.is_break or entry.initial == before.initial  # §4.3.2.3: formats change at discontinuities
        assert all(entry.moment.tzinfo for entry in self.entries if entry.moment)
        assert not self.entries or self.entries[0].moment is not None

    @property
    def uris(self):
        return [entry.uri for entry in self.entries]

    def discontinuity_of(self):
        """Number → discontinuity sequence number, URI and the like of each segment (§6.2.2: they never change)."""
        found, breaks = {}, self.breaks
        for entry in self.entries:
            breaks += entry.is_break
            found[entry.number] = (breaks, named(entry.uri), entry.duration, named(entry.initial))
        return found

    def follows(self, earlier):
        """This is the same playlist, read later."""
        assert self.target == earlier.target  # §6.2.1
        assert self.first >= earlier.first  # §6.2.2
        mine = self.discontinuity_of()
        for number, known in earlier.discontinuity_of().items():
            assert number < self.first or mine[number] == known
        assert self.first + len(self.entries) >= earlier.first + len(earlier.entries)
        if earlier.kind == "EVENT":
            assert [*map(named, self.uris)][: len(earlier.entries)] == [*map(named, earlier.uris)]


def read_multivariant(text):
    """Address → attributes of each variant."""
    lines = text.split("\n")
    assert lines[0] == "#EXTM3U"
    found = {}
    for line, after in itertools.pairwise(lines):
        if line.startswith("#EXT-X-STREAM-INF:"):
            pairs = re.findall(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)', line.partition(":")[2])
            assert not after.startswith("#")
            found[after] = {name: value.strip('"') for name, value in pairs}
            assert int(found[after]["BANDWIDTH"]) >= int(found[after]["AVERAGE-BANDWIDTH"])
    return found
