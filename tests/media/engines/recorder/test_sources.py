"""Pictures by their times, sound at its place."""

import numpy as np
import pytest

from media.engines.recorder.sources import GAP, WHILE, Picture, Pictures, Sound

BLOCK = 480  # samples: 10 ms
SECOND = 1_000_000


def picture(at, shade=0, size=(32, 32)):
    return Picture(at, *size, bytes([shade]) * (size[0] * size[1] * 3 // 2))


def test_the_newest_picture_of_the_time_is_shown_and_later_ones_wait():
    pictures = Pictures()
    for at in (100, 200, 300):
        pictures.put(picture(at))
    assert pictures.current is None
    assert pictures.advance(250)
    assert pictures.current.at == 200
    assert not pictures.advance(299)
    assert pictures.advance(300)
    assert pictures.current.at == 300
    assert not pictures.advance(900)
    assert pictures.current.at == 300


def test_pictures_that_come_later_than_their_sound_are_shown_earlier():
    pictures = Pictures()
    pictures.shift = 50
    pictures.put(picture(150))
    assert not pictures.advance(99)
    assert pictures.advance(100)


def test_the_black_pictures_at_a_tracks_end_are_left_out():
    pictures = Pictures()
    pictures.put(picture(100, size=(8, 8)))
    assert not pictures.advance(100)
    assert pictures.count == 0


def test_what_was_shown_or_waited_before_muting_is_never_shown_again():
    pictures = Pictures()
    for at in (100, 200):
        pictures.put(picture(at))
    pictures.advance(100)
    pictures.mute()
    assert pictures.current is None
    pictures.put(picture(300))
    assert not pictures.advance(400)
    pictures.unmute(500)
    pictures.put(picture(450))  # was on its way before
    assert not pictures.advance(600)
    assert pictures.current is None
    pictures.put(picture(510))
    assert pictures.advance(600)
    assert pictures.current.at == 510


def test_a_process_that_does_not_keep_up_holds_a_bounded_number_of_pictures():
    pictures = Pictures()
    for at in range(1000):
        pictures.put(picture(at))
    assert not pictures.advance(900)
    assert pictures.advance(999)


def ramp(first, count=BLOCK):
    """Samples that tell their own position."""
    return np.repeat(np.arange(first, first + count) % 30_000 + 1, 2).reshape(-1, 2).astype(np.int16)


def arrival(position, late=0):
    """The time at which the block that begins here arrives."""
    return (position + BLOCK + late) * SECOND // 48_000


def test_sound_is_heard_at_the_place_of_its_arrival():
    sound = Sound(start=7 * SECOND)
    sound.put(ramp(0), 8 * SECOND + arrival(0))
    taken = sound.take(47_520, 1440)
    assert (taken[:480] == 0).all()
    assert (taken[480:960] == ramp(0)).all()
    assert (taken[960:] == 0).all()


@pytest.mark.parametrize("jitter", [[0, 0, 0], [0, 300, 150], [0, 1500, 1000]])
def test_late_arrivals_do_not_tear_sound_apart(jitter):
    sound = Sound(0)
    for number, late in enumerate(jitter):
        sound.put(ramp(number * BLOCK), arrival(number * BLOCK, late))
    assert (sound.take(0, 3 * BLOCK) == ramp(0, 3 * BLOCK)).all()


def test_a_first_block_that_came_late_is_corrected_by_the_next_in_time():
    sound = Sound(0)
    sound.put(ramp(0), arrival(0, late=5000))
    sound.put(ramp(BLOCK), arrival(BLOCK))
    assert (sound.take(BLOCK, BLOCK) == ramp(BLOCK)).all()


def test_a_hole_is_silence_and_what_follows_stands_at_its_own_place():
    sound = Sound(0)
    sound.put(ramp(0), arrival(0))
    sound.put(ramp(48_000), arrival(48_000))
    taken = sound.take(0, 48_960)
    assert (taken[:BLOCK] == ramp(0)).all()
    assert (taken[BLOCK:48_000] == 0).all()
    assert (taken[48_000:48_480] == ramp(48_000)).all()


def test_a_small_lasting_gap_is_found_after_a_while():
    sound = Sound(0)
    gap = GAP + BLOCK
    for number in range(WHILE + 2):
        sound.put(ramp(number * BLOCK), arrival(number * BLOCK, late=gap if number else 0))
    last = (WHILE + 1) * BLOCK
    assert (sound.take(last + gap, BLOCK) == ramp(last)).all()


def test_sound_that_comes_after_its_time_is_lost_and_does_not_sound_later():
    sound = Sound(0)
    sound.take(0, 48_000)
    sound.put(ramp(0), arrival(0))
    rest = [sound.take(position, 48_000) for position in range(48_000, 48_000 * 20, 48_000)]
    assert not any(block.any() for block in rest)


def test_sound_far_in_the_future_is_lost_and_does_not_sound_now():
    sound = Sound(0)
    sound.put(ramp(0), arrival(48_000 * 30))
    assert not sound.take(0, 48_000 * 8).any()


def test_the_ring_goes_round():
    sound = Sound(0)
    for position in range(0, 48_000 * 20, BLOCK):
        sound.put(ramp(position), arrival(position))
        assert (sound.take(position, BLOCK) == ramp(position)).all()


def test_a_closed_track_is_heard_to_its_end():
    sound = Sound(0)
    sound.put(ramp(0), arrival(0))
    assert not sound.is_over(0)
    sound.close()
    assert not sound.is_over(BLOCK - 1)
    assert sound.is_over(BLOCK)


def test_a_track_that_never_sounded_is_over_when_closed():
    sound = Sound(0)
    sound.close()
    assert sound.is_over(0)
