"""Which parts a recording is made of."""

from media.captures.port import PartBegun, PartClosed
from media.processing.choosing import choose

T = 1_000.0


def begun(part, at, mark=None):
    return PartBegun("part", at, part, f"part-{part:04}.mp4", mark, at, at - T)


def closed(part, duration):
    return PartClosed("part_closed", T, part, f"part-{part:04}.mp4", duration, 100)


def chosen(journal, started_at=T, stopped_at=None):
    found = choose(journal, start_mark="start:a", stop_mark="stop:a", started_at=started_at, stopped_at=stopped_at)
    return [(source.part, source.begin, source.end) for source in found.sources], found.is_complete


MARKED = [
    begun(0, T),
    closed(0, 10.0),
    begun(1, T + 10, "start:a"),
    closed(1, 20.0),
    begun(2, T + 30, "stop:a"),
]


def test_parts_from_mark_to_mark():
    assert chosen(MARKED, T + 9, T + 29) == ([(1, 0.0, None)], True)


def test_it_is_not_complete_before_its_last_part_is_closed():
    journal = [event for event in MARKED if not (isinstance(event, PartClosed) and event.part == 1)]
    assert chosen(journal, T + 9, T + 29) == ([(1, 0.0, None)], False)


def test_a_recording_that_runs_on_has_all_parts_from_its_mark():
    assert chosen(MARKED[:3], T + 9) == ([(1, 0.0, None)], False)


def test_parts_of_a_restarted_engine_belong_to_it():
    journal = [begun(0, T, "start:a"), begun(1, T + 15), closed(1, 5.0), begun(2, T + 20, "stop:a")]
    assert chosen(journal, T, T + 19) == ([(0, 0.0, None), (1, 0.0, None)], True)


def test_without_a_start_mark_it_begins_in_the_part_of_that_time():
    journal = [begun(0, T), closed(0, 60.0), begun(1, T + 60, "stop:a")]
    assert chosen(journal, T + 40, T + 59) == ([(0, 40.0, None)], True)


def test_without_a_start_mark_a_part_that_had_ended_before_is_left_out():
    journal = [begun(0, T), closed(0, 30.0), begun(1, T + 50), closed(1, 10.0), begun(2, T + 60, "stop:a")]
    assert chosen(journal, T + 40, T + 59) == ([(1, 0.0, None)], True)


def test_without_a_stop_mark_it_ends_at_that_time():
    journal = [begun(0, T, "start:a"), closed(0, 60.0)]
    assert chosen(journal, T, T + 50) == ([(0, 0.0, 50.0)], False)


def test_what_began_after_the_stop_does_not_belong_to_it():
    journal = [begun(0, T, "start:a"), closed(0, 30.0), begun(1, T + 90), begun(2, T + 91, "stop:a")]
    assert chosen(journal, T, T + 60) == ([(0, 0.0, None)], True)


def test_it_ends_where_another_one_starts():
    journal = [begun(0, T, "start:a"), closed(0, 30.0), begun(1, T + 30, "start:b")]
    assert chosen(journal, T, None) == ([(0, 0.0, None)], True)


def test_a_capture_without_parts_gives_nothing():
    assert chosen([]) == ([], False)
