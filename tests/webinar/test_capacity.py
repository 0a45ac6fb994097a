"""The calculator: more people need more, each engine takes over where it should, and nonsense is refused."""

import io
import itertools
import json

import pytest
from django.core.management import CommandError, call_command

from webinar.capacity import figures
from webinar.capacity.plan import Crowd, plan

PARTS = ["pages", "sockets", "webrtc", "hls", "recorders"]


def need(crowd, part):
    return next(need for need in plan(crowd).needs if need.part == part)


def steps(**crowd):
    return "\n".join(plan(Crowd(**crowd)).steps)


def test_a_small_webinar_needs_nothing_but_the_product():
    found = plan(Crowd(people=50))
    assert (found.machines, [step.split(":")[0] for step in found.steps]) == (1, ["Nothing"])


def test_each_part_needs_more_for_more_people():
    sizes = [plan(Crowd(people=people)) for people in (100, 1_000, 10_000, 100_000)]
    for smaller, larger in itertools.pairwise(sizes):
        assert [need.part for need in larger.needs] == PARTS
        assert smaller.mbit < larger.mbit
        assert smaller.machines <= larger.machines
        for before, after in zip(smaller.needs, larger.needs, strict=True):
            assert before.cores <= after.cores
            assert before.processes <= after.processes


def test_whoever_is_beyond_webrtc_watches_hls_in_each_session():
    crowd = Crowd(people=1_000, sessions=2, webrtc_viewers=300)
    assert (crowd.webrtc_people, crowd.hls_people) == (600, 400)
    shared = Crowd(people=1_000, hls_share=0.25)
    assert (shared.webrtc_people, shared.hls_people) == (750, 250)


def test_bandwidth_is_viewers_times_what_each_is_sent():
    alone = Crowd(people=100, speakers=1)
    assert need(alone, "webrtc").mbit == pytest.approx(100 * (figures.SPEAKER_KBPS + figures.VOICE_KBPS) / 1_000)
    watched = Crowd(people=1_000, hls_share=1, hls_kbps=3_000)
    assert need(watched, "hls").mbit == pytest.approx(1_000 * (3_000 + figures.PLAYLIST_KBIT / 2) / 1_000)


def test_a_cdn_takes_the_segments_and_leaves_the_playlists():
    crowd = Crowd(people=1_000, hls_share=1, hls_kbps=3_000, has_cdn=True)
    assert need(crowd, "hls").mbit == pytest.approx(8.0)
    assert plan(crowd).cdn_mbit == pytest.approx(3_000)
    assert "CDN" in steps(people=1_000, hls_share=1)
    assert "CDN" not in steps(people=1_000, hls_share=1, has_cdn=True)


def test_more_than_one_process_shares_postgresql_and_redis():
    assert "PostgreSQL" in steps(people=5_000)
    assert "serve --role pages" in steps(people=5_000)


def test_sockets_beyond_a_process_need_another_and_centrifugo_needs_none():
    assert need(Crowd(people=10_001, connections=10_000), "sockets").processes == 2
    held = Crowd(people=100_000, has_centrifugo=True)
    assert need(held, "sockets").processes == 1
    assert "REALTIME_BROKER=centrifugo" in "\n".join(plan(held).steps)
    assert "Centrifugo instead of" in steps(people=100_000, cores=4)


def test_a_room_fits_on_one_livekit_server_and_many_rooms_on_several():
    assert "WEBRTC_VIEWERS=" in steps(people=5_000, hls_share=0)
    spread = steps(people=5_000, sessions=50, hls_share=0)
    assert "WEBRTC_VIEWERS=" not in spread
    assert "LiveKit cluster" in spread


def test_what_is_full_first_is_full_at_the_number_that_is_named():
    found = plan(Crowd(people=5_000))
    same = Crowd(people=found.first_full_at, hls_share=Crowd(people=5_000).hls_people / 5_000)
    fullest = max(plan(same).needs, key=lambda need: need.share(same))
    assert fullest.part == found.first_full
    assert 0.9 < fullest.share(same) < 1.1


def told(*arguments):
    out = io.StringIO()
    call_command("capacity", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_it_in_words_and_as_json():
    text = told("--people", "5000", "--cdn")
    for word in (
        "5,000 people in 1 session",
        "First full: ",
        "Machines of 4 cores",
        "What takes over:",
        "from the CDN",
    ):
        assert word in text
    found = json.loads(told("--people", "5000", "--cdn", "--json"))
    assert [need["part"] for need in found["needs"]] == PARTS
    assert (found["crowd"]["people"], found["crowd"]["has_cdn"]) == (5_000, True)
    assert found["first_full"] in PARTS


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "required: --people"),
        (["--people", "0"], "'0' is not a whole number from 1 to 10000000"),
        (["--people", "-5"], "'-5' is not a whole number"),
        (["--people", "many"], "'many' is not a whole number"),
        (["--people", "9" * 400], "is not a whole number"),
        (["--people", "10", "--hls-share", "1.5"], "'1.5' is not a number from 0 to 1"),
        (["--people", "10", "--hls-share", "nan"], "'nan' is not a number from 0 to 1"),
        (["--people", "10", "--arrive", "0"], "'0' is not a number from 0.1 to 240"),
        (["--people", "10", "--speakers", "51"], "'51' is not a whole number from 1 to 50"),
        (["--people", "3", "--sessions", "4"], "more sessions than people"),
    ],
)
def test_nonsense_is_refused_with_what_would_be_right(arguments, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("capacity", *arguments)
    assert sentence in str(refused.value)
