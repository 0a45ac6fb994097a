"""Playlists from journals: RFC 8216's rules, and that a player's decoder takes what they name."""

import io
import subprocess

import av

from media.hls.description import describe
from media.hls.journal import CaptureLog, log_of
from media.hls.playlists import SegmentRange, Timeline, full, multivariant, window
from tests.media.hls.making import Journal, encode
from tests.media.hls.reading import MediaPlaylist, read_multivariant

BEGAN = 1_700_000_000.0


def at(log, file):
    return f"s/{log.folder.name}/{file}"


def timeline_of(*folders, since=None, until=None):
    return Timeline(SegmentRange.between(log_of(folder), since, until) for folder in folders)


def test_the_window_moves_and_every_segment_keeps_its_number(tmp_path):
    journal, earlier = Journal(tmp_path / "a"), None
    for number in range(40):
        if number in {7, 20}:
            journal.restart()
        journal.add(1.2 if number == 11 else 2.0)
        read = MediaPlaylist(window(timeline_of(journal.folder), "180p", at, seconds=20, is_over=False))
        assert sum(entry.duration for entry in read.entries) >= min(20, 2 * number)
        if earlier:
            read.follows(earlier)
        earlier = read
    assert read.target == 2
    assert read.first == 30
    assert read.breaks == 2
    assert read.kind is None
    assert read.uris[-1] == "s/a/180p/00000039.m4s"
    assert read.entries[0].initial == "s/a/180p/init-2.mp4"


def test_a_discontinuity_that_left_the_window_is_counted_and_one_at_its_beginning_is_told(tmp_path):
    journal = Journal(tmp_path / "a")
    for number in range(6):
        if number == 3:
            journal.restart()
        journal.add()
    timeline = timeline_of(journal.folder)
    begins = MediaPlaylist(window(timeline, "360p", at, seconds=6, is_over=False))
    assert (begins.first, begins.breaks, begins.entries[0].is_break) == (3, 0, True)
    after = MediaPlaylist(window(timeline, "360p", at, seconds=4, is_over=False))
    assert (after.first, after.breaks, after.entries[0].is_break) == (4, 1, False)
    after.follows(begins)


def test_the_full_list_grows_as_an_event_and_becomes_vod_at_its_end(tmp_path):
    journal = Journal(tmp_path / "a")
    journal.add()
    first = MediaPlaylist(full(timeline_of(journal.folder), "360p", at, is_over=False))
    journal.add()
    journal.restart()
    journal.add()
    second = MediaPlaylist(full(timeline_of(journal.folder), "360p", at, is_over=False))
    last = MediaPlaylist(full(timeline_of(journal.folder), "360p", at, is_over=True))
    second.follows(first)
    last.follows(second)
    assert [first.kind, second.kind, last.kind] == ["EVENT", "EVENT", "VOD"]
    assert [first.is_over, second.is_over, last.is_over] == [False, False, True]
    assert [entry.is_break for entry in last.entries] == [False, False, True]
    moments = [entry.moment.timestamp() for entry in last.entries if entry.moment]
    assert moments == [BEGAN, BEGAN + 7]


def test_captures_of_one_session_are_joined_with_discontinuities(tmp_path):
    one, two = Journal(tmp_path / "one"), Journal(tmp_path / "two", began=BEGAN + 100)
    for number in range(5):
        if number == 2:
            one.restart()
        one.add()
    before = MediaPlaylist(window(timeline_of(one.folder), "360p", at, seconds=8, is_over=False))
    for _ in range(4):
        two.add()
    folders = [one.folder, two.folder]
    read = MediaPlaylist(full(timeline_of(*folders), "360p", at, is_over=False))
    assert [entry.is_break for entry in read.entries] == [False, False, True, False, False, True, False, False, False]
    assert len({entry.initial for entry in read.entries}) == 3
    for seconds in range(2, 20, 2):
        shown = MediaPlaylist(window(timeline_of(*folders), "360p", at, seconds=seconds, is_over=False))
        expected = read.discontinuity_of()
        assert shown.discontinuity_of() == {number: expected[number] for number in shown.discontinuity_of()}
        assert len(shown.entries) == seconds // 2
    MediaPlaylist(window(timeline_of(*folders), "360p", at, seconds=16, is_over=False)).follows(before)


def test_renditions_stay_aligned_when_a_crash_left_one_behind(tmp_path):
    journal = Journal(tmp_path / "a")
    for _ in range(3):
        journal.add()
    journal.add(names=["360p"])
    timeline = timeline_of(journal.folder)
    assert len(timeline) == 3
    journal.restart()
    journal.add()
    journal.add()
    large, small = (
        MediaPlaylist(full(timeline_of(journal.folder), name, at, is_over=False)) for name in ("360p", "180p")
    )
    numbers = [0, 1, 2, 4, 5]
    assert large.uris == [f"s/a/360p/{number:08}.m4s" for number in numbers]
    assert small.uris == [f"s/a/180p/{number:08}.m4s" for number in numbers]
    assert [entry.is_break for entry in large.entries] == [entry.is_break for entry in small.entries]


def test_what_was_before_and_after_is_not_shown(tmp_path):
    journal = Journal(tmp_path / "a")
    for _ in range(10):
        journal.add()
    read = MediaPlaylist(full(timeline_of(journal.folder, since=BEGAN + 3, until=BEGAN + 13), "360p", at, is_over=True))
    assert read.uris == [f"s/a/360p/{number:08}.m4s" for number in (2, 3, 4, 5)]
    assert not timeline_of(journal.folder, since=BEGAN + 30)
    assert not timeline_of(journal.folder, until=BEGAN)


def test_spans_of_one_capture_are_cut_at_marks_and_joined_where_they_meet(tmp_path):
    journal = Journal(tmp_path / "a")
    journal.add()
    journal.mark("start:1")
    journal.add(1.5)
    journal.add(0.7)
    journal.mark("stop:1")
    journal.add()
    journal.mark("start:2")
    journal.add()
    log = log_of(journal.folder)
    marks = log.marks
    one = SegmentRange.between(log, marks["start:1"], marks["stop:1"])
    assert len(one) == 2
    apart = Timeline([one, SegmentRange.between(log, marks["start:2"])])
    assert [is_break for _log, _row, is_break in apart.rows()] == [False, False, True]
    whole = Timeline([one, SegmentRange.between(log, marks["stop:1"])])
    assert [is_break for _log, _row, is_break in whole.rows()] == [False] * 4


def test_only_what_was_added_is_read_and_a_line_is_read_when_it_is_whole(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "a")
    journal.add()
    log = CaptureLog(journal.folder)
    log.refresh()
    text = (journal.folder / "journal.jsonl").read_text()
    journal.add()
    added = (journal.folder / "journal.jsonl").read_text().removeprefix(text)
    (journal.folder / "journal.jsonl").write_text(
        "#" * len(text) + added[:200]
    )  # the old lines are not looked at again
    log.refresh()
    assert len(log.rows) == 1
    journal.text(added[200:] + "not json\n")
    log.refresh()
    log.refresh()
    assert len(log.rows) == 2


def test_a_folder_without_journal_shows_nothing(tmp_path):
    timeline = timeline_of(tmp_path / "nowhere")
    assert not timeline
    assert timeline.names == []


def test_bandwidth_is_the_highest_and_never_less_than_what_may_come(tmp_path):
    journal = Journal(tmp_path / "a")
    journal.add(size=100_000)
    journal.add(size=500_000)
    journal.add(0.2, size=90_000)  # a short one counts with its neighbours
    timeline = timeline_of(journal.folder)
    variants = read_multivariant(multivariant(timeline, lambda name: f"live/{name}.m3u8", {"180p": 1_500_000}))
    assert set(variants) == {"live/360p.m3u8", "live/180p.m3u8"}
    assert int(variants["live/360p.m3u8"]["BANDWIDTH"]) == round(590_000 * 8 / 2.2 + 0.5)
    assert int(variants["live/180p.m3u8"]["BANDWIDTH"]) == 1_500_000


def runs(entries):
    """The entries between discontinuities. (libavformat passes over what begins at a time that it has seen already.)"""
    found = [[]]
    for entry in entries:
        if entry.is_break:
            found.append([])
        found[-1].append(entry)
    return found


def pictures_of(folder, entries):
    data = b"".join((folder / name).read_bytes() for name in [entries[0].initial, *(entry.uri for entry in entries)])
    with av.open(io.BytesIO(data)) as container:
        return sum(1 for _frame in container.decode(video=0))


def test_the_playlists_of_real_segments_say_what_is_in_them_and_decode(tmp_path):
    """Two runs of the real encoders and muxers, read by ffmpeg's HLS demuxer from the playlists alone."""
    folder = tmp_path / "s" / "real"
    encode(folder, 5)
    encode(folder, 4.4, first=3, began=BEGAN + 9)
    timeline = timeline_of(folder)
    (tmp_path / "index.m3u8").write_text(multivariant(timeline, lambda name: f"{name}.m3u8", {}))
    variants = read_multivariant((tmp_path / "index.m3u8").read_text())
    assert [about["RESOLUTION"] for about in variants.values()] == ["640x360", "320x180"]
    for name in ("360p", "180p"):
        text = full(timeline, name, at, is_over=True)
        read = MediaPlaylist(text)
        assert [entry.duration for entry in read.entries] == [2, 2, 1, 2, 2, 0.4]
        assert read.entries[3].is_break
        (tmp_path / f"{name}.m3u8").write_text(text)
        codecs = variants[f"{name}.m3u8"]["CODECS"].split(",")
        assert codecs[0].startswith("avc1.")
        assert codecs[1] == "mp4a.40.2"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-xerror",
        "-allowed_extensions",
        "ALL",
        "-i",
        "index.m3u8",
        "-map",
        "0",
        "-f",
        "null",
        "-",
    ]
    decoded = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (decoded.returncode, decoded.stderr) == (0, "")
    assert [pictures_of(tmp_path, run) for run in runs(read.entries)] == [150, 132]


def test_what_is_no_initialization_section_is_refused():
    for data in (b"", b"\x00" * 40, b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00", b"\x00\x00\x00\xffmoov"):
        try:
            describe(data)
        except ValueError:
            continue
        raise AssertionError(data)
