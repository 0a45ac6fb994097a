"""From pictures and sound to files, without a room and without a clock: each tick is called for."""

import io
import itertools
import json
import shutil
from fractions import Fraction

import av
import numpy as np
import pytest

from media.captures.port import PartBegun, PartClosed, SegmentMade, next_numbers, read_journal
from media.engines.recorder.cast import Cast
from media.engines.recorder.compositor import Compositor
from media.engines.recorder.configuration import Configuration
from media.engines.recorder.production import Production
from media.engines.recorder.sources import Picture, Sound
from tests.media.engines.recorder.probe import watch

FPS = 30
WIDTH, HEIGHT = 320, 180
BEGAN = 1_000_000.0
SLATE_LUMA = 82  # of #1d4ed8


class Recording:
    """A production with one person, who flashes and beeps at each whole second, starting at the second tick."""

    def __init__(self, folder, began=BEGAN, **options):
        self.told = []
        self.configuration = Configuration.read(
            {
                "capture": "test",
                "folder": str(folder),
                "video": {"width": WIDTH, "height": HEIGHT, "fps": FPS, "preset": "ultrafast", "max_kbps": 500},
                "renditions": [{"name": "90p", "height": 90, "max_kbps": 100}],
                **options,
            }
        )
        self.folder = folder
        self.cast = Cast()
        compositor = Compositor(WIDTH, HEIGHT, self.configuration.look, self.configuration.texts)
        self.production = Production(
            self.configuration, self.cast, compositor, emit=self.told.append, wall=lambda: began, now=lambda: 0
        )
        self.tick = 0
        self.is_closed = False

    def close(self):
        self.production.close()
        self.is_closed = True

    def enter(self, shade=100):
        self.feed = self.cast.add_feed("camera", "ann", "Ann", is_screen=False, is_host=True)
        self.shade = shade
        self.sound = Sound(0)
        self.cast.add_sound("microphone", self.sound)

    def run(self, ticks, **options):
        for _ in range(ticks):
            if hasattr(self, "feed"):
                self._publish()
            self.production.tick(**options)
            self.tick += 1

    def _publish(self):
        luma = np.full((HEIGHT, WIDTH), self.shade, np.uint8)
        luma[: HEIGHT // 8, self.tick % WIDTH] = 255
        flash = self.tick % FPS < 3
        luma[HEIGHT // 4 : -HEIGHT // 4, WIDTH // 4 : -WIDTH // 4] = 235 if flash else 16
        data = luma.tobytes() + b"\x80" * (WIDTH * HEIGHT // 2)
        self.feed.pictures.put(Picture(self.tick * 1_000_000 // FPS, WIDTH, HEIGHT, data))
        samples = np.zeros(48_000 // FPS)
        if flash:
            samples = 9000 * np.sin(2 * np.pi * 1000 * np.arange(len(samples)) / 48_000)
        block = np.repeat(samples.astype(np.int16), 2).reshape(-1, 2)
        for part in range(0, len(block), 400):
            arrived = (self.tick * len(block) + part + 400) * 1_000_000 / 48_000
            self.sound.put(block[part : part + 400], round(arrived))

    def journal(self, kind):
        return [event for event in read_journal(self.folder) if isinstance(event, kind)]

    def segments(self, rendition="180p"):
        return [event for event in self.journal(SegmentMade) if event.rendition == rendition]

    def play(self, segments):
        """What a player sees of these segments: the initialization section, then each."""
        content = (self.folder / segments[0].init).read_bytes()
        return watch(io.BytesIO(content + b"".join((self.folder / each.file).read_bytes() for each in segments)))


@pytest.fixture
def recording(tmp_path):
    recording = Recording(tmp_path)
    yield recording
    if not recording.is_closed:
        recording.close()


def test_a_recording_has_one_part_and_both_renditions_of_the_same_length(recording):
    recording.enter()
    recording.run(150)
    recording.close()
    part = watch(str(recording.folder / "part-0000.mp4"))
    assert (part.width, part.height) == (WIDTH, HEIGHT)
    assert part.duration == pytest.approx(5, abs=0.001)
    assert len(part.sound) == pytest.approx(5 * 48_000, abs=1024)
    large, small = recording.play(recording.segments()), recording.play(recording.segments("90p"))
    assert (small.width, small.height) == (160, 90)
    assert large.times == small.times == part.times
    assert np.array_equal(large.sound, part.sound)
    assert np.array_equal(small.sound, part.sound)
    assert [len(part.flashes()), len(part.beeps())] == [4, 5]  # the flash of tick 0 has no dark picture before it


def test_pictures_and_sound_stand_at_the_same_time(recording):
    recording.enter()
    recording.run(FPS * 4)
    recording.close()
    for seen in (watch(str(recording.folder / "part-0000.mp4")), recording.play(recording.segments())):
        assert seen.flashes() == pytest.approx([1, 2, 3], abs=0.001)
        assert seen.offsets() == pytest.approx([0, 0, 0], abs=0.005)


def test_segments_are_two_seconds_exactly_and_begin_with_key_frames(recording):
    recording.enter()
    recording.run(FPS * 7)
    recording.close()
    segments = recording.segments()
    assert [each.duration for each in segments] == [2, 2, 2, 1]
    assert [each.sequence for each in segments] == [0, 1, 2, 3]
    assert [each.started_at - BEGAN for each in segments] == [0, 2, 4, 6]
    assert [each.media_start for each in segments] == [0, 2, 4, 6]
    assert not any(each.discontinuity for each in segments)
    boundaries = [(each.sequence, each.media_start, each.duration) for each in segments]
    assert boundaries == [(each.sequence, each.media_start, each.duration) for each in recording.segments("90p")]
    for rendition in ("180p", "90p"):
        for each in recording.segments(rendition):
            assert (recording.folder / each.file).stat().st_size == each.bytes
            seen = recording.play([each])
            assert seen.times[0] == pytest.approx(each.media_start)


@pytest.mark.parametrize("rendition", ["180p", "90p"])
def test_only_boundaries_are_key_frames(recording, rendition):
    recording.enter()
    recording.run(FPS * 5)
    recording.close()
    segments = recording.segments(rendition)
    content = (recording.folder / segments[0].init).read_bytes()
    content += b"".join((recording.folder / each.file).read_bytes() for each in segments)
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        keys = [packet.pts * stream.time_base for packet in container.demux(stream) if packet.is_keyframe]
    assert keys == [Fraction(0), Fraction(2), Fraction(4)]


def test_a_mark_begins_a_part_at_a_key_frame_with_all_of_its_sound(recording):
    recording.enter()
    recording.run(70)
    recording.production.mark("second")
    recording.run(80)
    recording.close()
    first, second = recording.journal(PartBegun)
    assert (first.mark, second.mark) == (None, "second")
    assert (second.part, second.file) == (1, "part-0001.mp4")
    assert second.media_start == pytest.approx(70 / FPS)
    assert second.started_at == pytest.approx(BEGAN + 70 / FPS, abs=0.001)
    assert [part.duration for part in recording.journal(PartClosed)] == pytest.approx([70 / FPS, 80 / FPS])
    one, two = (watch(str(recording.folder / part.file)) for part in (first, second))
    assert len(one.times) + len(two.times) == 150
    assert two.times[0] == 0
    assert two.flashes() == pytest.approx([20 / FPS, 50 / FPS], abs=0.001)
    assert two.offsets() == pytest.approx([0, 0], abs=0.005)
    assert len(one.sound) + len(two.sound) == pytest.approx(5 * 48_000, abs=2048)
    assert [each.duration for each in recording.segments()] == pytest.approx([2, 10 / FPS, 50 / FPS, 1])


def test_marks_at_the_same_moment_are_all_answered(recording):
    recording.run(10)
    for mark in ("one", "two", "three"):
        recording.production.mark(mark)
    recording.run(20)
    recording.close()
    assert [part.mark for part in recording.journal(PartBegun)] == [None, "one", "two", "three"]
    assert [part.part for part in recording.journal(PartClosed)] == [0, 1, 2, 3]
    for part in recording.journal(PartClosed):
        with av.open(str(recording.folder / part.file)) as container:
            assert list(container.decode(video=0))


def test_hidden_means_slate_and_silence_and_nothing_from_before_comes_after(recording):
    recording.enter()
    recording.run(60)
    recording.production.hide()
    recording.run(60)
    recording.production.show(now=130 * 1_000_000 // FPS)
    recording.run(60)
    recording.close()
    seen = watch(str(recording.folder / "part-0000.mp4"))
    shown = [(round(at * FPS), abs(edge - 100) < 3) for at, edge in zip(seen.times, seen.edges, strict=True)]
    assert {tick for tick, is_ann in shown if is_ann} == {*range(60), *range(130, 180)}
    slate = [edge for at, edge in zip(seen.times, seen.edges, strict=True) if 60 <= round(at * FPS) < 130]
    assert slate == pytest.approx([SLATE_LUMA] * len(slate), abs=3)
    quiet = seen.sound[48_000 * 61 // FPS : 48_000 * 128 // FPS]
    assert np.abs(quiet).max() < 0.01
    assert np.abs(seen.sound[48_000 * 150 // FPS : 48_000 * 153 // FPS]).max() > 0.1


def test_it_begins_hidden_if_told_so(tmp_path):
    recording = Recording(tmp_path, is_hidden=True)
    recording.enter()
    recording.run(20)
    recording.close()
    seen = watch(str(tmp_path / "part-0000.mp4"))
    assert seen.edges == pytest.approx([SLATE_LUMA] * len(seen.edges), abs=3)
    assert np.abs(seen.sound).max() < 0.01


def test_a_picture_that_does_not_change_is_encoded_a_few_times_a_second(recording):
    recording.run(FPS * 4)
    recording.close()
    seen = watch(str(recording.folder / "part-0000.mp4"))
    assert len(seen.times) <= 4 * 5
    assert max(after - before for before, after in itertools.pairwise(seen.times)) <= 0.3
    assert [each.duration for each in recording.segments()] == [2, 2]


def test_late_pictures_are_left_out_and_counted_but_sound_and_boundaries_never(recording):
    recording.enter()
    recording.run(30)
    recording.run(60, is_late=True)
    recording.run(30)
    recording.close()
    assert recording.production.figures.late == 59  # the key frame at two seconds is made
    seen = watch(str(recording.folder / "part-0000.mp4"))
    assert len(seen.sound) == pytest.approx(4 * 48_000, abs=1024)
    assert len(seen.beeps()) == 4
    assert [each.duration for each in recording.segments()] == [2, 2]


def test_everything_but_the_last_moment_survives_a_kill_at_any_time(recording):
    """The process is stopped by never calling it again: what it has handed to the system is what a kill leaves."""
    recording.enter()
    for seconds in range(3, 8):
        while recording.tick < seconds * FPS - 7:
            recording.run(1)
        content = (recording.folder / "part-0000.mp4").read_bytes()
        seen = watch(io.BytesIO(content))
        assert seen.duration >= recording.tick / FPS - 2
        assert len(seen.sound) / 48_000 >= recording.tick / FPS - 2
        written = recording.segments()
        assert sum(each.duration for each in written) >= recording.tick / FPS - 2.2
        for rendition in ("180p", "90p"):
            assert recording.play(recording.segments(rendition)).times[0] == 0


def test_even_a_still_picture_survives_a_kill(recording):
    recording.run(FPS * 6)
    seen = watch(io.BytesIO((recording.folder / "part-0000.mp4").read_bytes()))
    assert seen.duration >= 4


def test_another_run_goes_on_with_a_discontinuity_and_the_same_clock(recording, tmp_path_factory):
    recording.enter()
    recording.run(FPS * 5)
    tmp_path = tmp_path_factory.mktemp("killed") / "capture"
    shutil.copytree(recording.folder, tmp_path)  # what a kill at this moment leaves
    part, segment = next_numbers(read_journal(tmp_path))
    assert (part, segment) == (1, 2)
    second = Recording(tmp_path, began=BEGAN + 9, first_part=part, first_segment=segment)
    second.enter(shade=150)
    second.run(FPS * 4)
    second.close()
    assert [(each.part, each.file, each.media_start) for each in second.journal(PartBegun)] == [
        (0, "part-0000.mp4", 0),
        (1, "part-0001.mp4", 9),
    ]
    for rendition in ("180p", "90p"):
        segments = second.segments(rendition)
        assert [each.sequence for each in segments] == [0, 1, 2, 3]
        assert [each.discontinuity for each in segments] == [False, False, True, False]
        assert [each.media_start for each in segments] == [0, 2, 9, 11]
        assert [each.init for each in segments] == [f"{rendition}/init-{run}.mp4" for run in (0, 0, 1, 1)]
        assert second.play(segments[2:]).duration == pytest.approx(4, abs=0.001)
    assert watch(str(tmp_path / "part-0001.mp4")).edges[10] == pytest.approx(150, abs=3)


def test_what_is_told_is_what_stands_in_the_journal(recording):
    recording.run(FPS * 3)
    recording.production.mark("again")
    recording.run(FPS)
    recording.close()
    lines = [json.loads(line) for line in (recording.folder / "journal.jsonl").read_text().splitlines()]
    assert lines == recording.told


def test_no_unfinished_file_stands_under_a_segments_name(recording):
    recording.run(FPS * 3)
    told = {event["file"] for event in recording.told if event["event"] == "segment"}
    told |= {event["init"] for event in recording.told if event["event"] == "segment"}
    found = {f"{path.parent.name}/{path.name}" for path in recording.folder.glob("*p/*")}
    assert told == found


def test_several_voices_are_mixed_and_too_loud_ones_cut(recording):
    for number, level in enumerate((20_000, 20_000)):
        sound = Sound(0)
        recording.cast.add_sound(f"microphone {number}", sound)
        tone = level * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
        sound.put(np.repeat(tone.astype(np.int16), 2).reshape(-1, 2), 1_000_000)
        sound.close()
    recording.run(FPS * 2)
    recording.close()
    seen = watch(str(recording.folder / "part-0000.mp4"))
    assert 0.9 < np.abs(seen.sound[5_000:40_000]).max() < 1.2
    assert np.abs(seen.sound[50_000:]).max() < 0.01
    assert recording.cast.sounds(96_000) == []
