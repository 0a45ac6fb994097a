from media.engines.gateway.timeline import Timeline

DAY = 1_000_000.0


def test_time_begins_with_the_first_media_whatever_its_clock_says():
    timeline = Timeline()
    assert timeline.place(5_000_000, DAY) == 0
    assert timeline.place(5_000_040, DAY + 0.01) == 40
    assert timeline.place(5_000_021, DAY + 0.02) == 21


def test_another_connection_goes_on_where_real_time_is():
    timeline = Timeline()
    timeline.place(90_000, DAY)
    timeline.place(91_000, DAY + 1)
    timeline.restart()
    assert timeline.place(0, DAY + 7) == 7000
    assert timeline.place(40, DAY + 7.04) == 7040


def test_a_clock_that_jumps_is_laid_on_the_present():
    timeline = Timeline()
    timeline.place(0, DAY)
    assert timeline.place(3_600_000, DAY + 1) == 1000
    assert timeline.place(3_600_040, DAY + 1.04) == 1040
    assert timeline.place(10, DAY + 2) == 2000


def test_a_clock_goes_past_32_bits():
    timeline = Timeline()
    assert timeline.place((1 << 32) - 40, DAY) == 0
    assert timeline.place(0, DAY + 0.04) == 40
    assert timeline.place(40, DAY + 0.08) == 80
