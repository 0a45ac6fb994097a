from media.engines.gateway.timeline import Timeline

DAY = 1_000_000.0


class Clock:
    """A timeline with real seconds since its beginning."""

    def __init__(self):
        self.timeline = Timeline()
        self.placed = {True: [], False: []}

    def __call__(self, timestamp, seconds, *, is_video=True):
        self.placed[is_video].append(self.timeline.place(timestamp, DAY + seconds, is_video=is_video))
        return self.placed[is_video][-1]

    def never_goes_back(self):
        return all(times == sorted(set(times)) for times in self.placed.values())


def test_time_begins_with_the_first_media_whatever_its_clock_says():
    place = Clock()
    assert place(5_000_000, 0) == 0
    assert place(5_000_040, 0.01) == 40
    assert place(5_000_021, 0.02, is_video=False) == 21


def test_another_connection_goes_on_where_real_time_is():
    place = Clock()
    place(90_000, 0)
    place(91_000, 1)
    place.timeline.restart()
    assert place(0, 7) == 7000
    assert place(40, 7.04) == 7040
    place.timeline.restart()
    assert place(0, 1) == 7041  # never before what was


def test_a_clock_that_jumps_is_laid_on_the_present_for_both_kinds():
    place = Clock()
    place(0, 0)
    assert place(3_600_000, 1) == 1000
    assert place(3_600_040, 1.04) == 1040
    assert place(10, 2) == 2000
    assert place(20, 2.01, is_video=False) == 2010
    assert place(2_000, 4) == 4000 - 10  # no jump
    assert place(500, 4.1) == 4100  # back by less than the farthest: another clock all the same
    assert place.never_goes_back()


def test_a_clock_goes_past_32_bits():
    place = Clock()
    assert place((1 << 32) - 40, 0) == 0
    assert place(0, 0.04) == 40
    assert place(40, 0.08) == 80


def test_what_a_relay_kept_during_a_stall_has_its_own_time_and_is_behind():
    place = Clock()
    place(0, 0)
    place(1000, 1)
    for at in range(1040, 8001, 40):  # seven seconds, handed on at once
        assert place(at, 8) == at
        assert place(at + 1, 8, is_video=False) == at + 1
        assert place.timeline.is_behind is (at < 7700)
    assert place(8040, 8.04) == 8040
    assert place.never_goes_back()


def test_where_nothing_was_kept_time_goes_on_at_once():
    place = Clock()
    place(0, 0)
    assert place(9000, 9) == 9000
    assert not place.timeline.is_behind


def test_a_clock_that_stood_still_during_the_stall_comes_to_the_present_within_two_seconds():
    place = Clock()
    place(1000, 1)
    for frame in range(60):
        at = 1040 + 40 * frame
        late = 8000 - (place(at, 9 + 0.04 * frame) - 40 * frame)
        assert place.timeline.is_behind is (late > 300)
        assert late < 50 or frame < 50
    assert place.never_goes_back()


def test_what_is_handed_on_slowly_after_a_stall_keeps_its_own_time_as_long_as_it_comes_nearer():
    place = Clock()
    place(0, 0)
    place(1000, 1)
    for frame in range(160):  # at twice its pace, after eight seconds
        at = 1040 + 80 * frame
        assert place(at, 9 + 0.04 * frame) == at
    assert place.timeline.is_behind
    for frame in range(60):
        place(at + 80 * frame, 9 + 6.4 + 0.04 * frame)
    assert not place.timeline.is_behind
    assert place.never_goes_back()


def test_a_clock_that_runs_much_too_fast_is_held():
    place = Clock()
    for number in range(1000):
        assert place(400 * number, 0.04 * number) <= 40 * number + 5100
    assert place.never_goes_back()
