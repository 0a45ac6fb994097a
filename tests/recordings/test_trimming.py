"""Trimming: what is shown, and the file of just that."""

import pytest
from django.utils import timezone
from PIL import Image

from core.errors import Invalid, NotAllowed
from media.links import read_file
from media.processing.running import run_step
from recordings import replay_links, storage, tracks, trimming, webvtt
from recordings.errors import RecordingNotReady, TrimmedFileNotReady
from recordings.files import find_file
from recordings.keeping.bin import keys_of
from recordings.models import Recording
from recordings.services import download
from recordings.tasks import trim_due
from recordings.webvtt import Cue
from tests.conftest import API, as_person
from tests.recordings.conftest import make_recording
from tests.recordings.video import make_pictures, make_video, shade


@pytest.fixture
def recorded(ended_session, settings, tmp_path):
    """A recording of 20 seconds with its video."""
    settings.RECORDINGS_DIR, settings.PROCESSING_DIR = tmp_path / "recordings", tmp_path / "processing"
    make_video(settings.RECORDINGS_DIR / "made" / "video.mp4", 20)
    return make_recording(ended_session, file_path="made/video.mp4", duration=20.0)


def trim(recording, host, **span):
    return trimming.set_trim(actor=as_person(host), recording=recording, **span)


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ({"trim_start": 3, "trim_end": 80.5}, (3.0, 80.5)),
        ({"trim_start": 0, "trim_end": 90.4}, (None, None)),
        ({"trim_start": 10}, (10.0, None)),
        ({"trim_end": 91.0}, (None, None)),  # players round the length of a video
        ({"trim_start": 89.4}, (89.4, None)),
    ],
)
def test_what_takes_nothing_away_is_none(recording, host, span, kept):
    trim(recording, host, **span)
    recording.refresh_from_db()
    assert (recording.trim_start, recording.trim_end) == kept


def test_what_is_left_out_stays(recording, host):
    trim(recording, host, trim_start=3)
    trim(recording, host, trim_end=50)
    assert Recording.objects.values_list("trim_start", "trim_end").get() == (3.0, 50.0)
    trim(recording, host, trim_start=None, trim_end=None)
    assert Recording.objects.values_list("trim_start", "trim_end").get() == (None, None)


@pytest.mark.parametrize(
    ("span", "field"),
    [
        ({"trim_start": -1}, "trim_start"),
        ({"trim_start": 95}, "trim_start"),
        ({"trim_end": 0}, "trim_end"),
        ({"trim_end": 100}, "trim_end"),
        ({"trim_start": 50, "trim_end": 40}, "trim_end"),
        ({"trim_start": 50, "trim_end": 50.5}, "trim_end"),
        ({"trim_start": 90}, "trim_start"),
    ],
)
def test_a_span_outside_the_recording_or_with_nothing_left_is_refused(recording, host, span, field):
    with pytest.raises(Invalid) as refused:
        trim(recording, host, **span)
    assert [error.field for error in refused.value.errors] == [field]
    assert Recording.objects.values_list("trim_start", "trim_end").get() == (None, None)


def test_only_who_leads_trims_and_only_what_is_ready(recording, ended_session, guest, member, host):
    for user in (guest, member):
        with pytest.raises(NotAllowed):
            trim(recording, user, trim_start=1)
    with pytest.raises(RecordingNotReady):
        trim(make_recording(ended_session, status="recording", phase="processing"), host, trim_start=1)


def test_the_trimmed_file_is_cut_and_the_whole_one_stays(recorded, host):
    trim(recorded, host, trim_start=5.0, trim_end=12.0)
    recorded.refresh_from_db()
    with pytest.raises(TrimmedFileNotReady):
        download(actor=as_person(host), recording=recorded)
    assert trimming.cut(recorded.pk) is True
    recorded.refresh_from_db()
    assert recorded.has_trimmed_file
    links = {
        is_original: download(actor=as_person(host), recording=recorded, is_original=is_original).download_url
        for is_original in (True, False)
    }
    found = {key: find_file(str(recorded.pk), link.partition("token=")[2]) for key, link in links.items()}
    assert found[True].path == storage.local_path(recorded)
    packets = {"video": 80, "audio": 329}
    checked = run_step("check", {"file": str(found[False].path), "packets": packets}, seconds=60)
    assert checked["duration"] == pytest.approx(7.0, abs=0.15)
    assert trimming.due() == []


def test_whoever_watches_gets_nothing_of_what_was_left_out(api, recorded, host, guest, settings):
    """Video, poster, pictures for seeking and captions: each is of the span alone, for the crew too."""
    folder = settings.RECORDINGS_DIR / "made"
    layout = make_pictures(folder / "poster.jpg", folder / "sprite.jpg", 20)
    Recording.objects.update(
        poster_path="made/poster.jpg", sprite_path="made/sprite.jpg", sprite=layout, published_at=timezone.now()
    )
    cues = [Cue(start, start + 2.0, f"said at {start:.0f}") for start in (1.0, 4.0, 6.0, 11.5, 12.1, 15.0)]
    tracks.replace_captions(recorded, {"en": cues})
    trim(recorded, host, trim_start=5.0, trim_end=12.0)
    trimming.cut(recorded.pk)
    for user in (guest, host):
        [part] = api(user).get(f"{API}/sessions/{recorded.session_id}/replay").json()["data"]["recordings"]
        whole = {"video.mp4", "poster.jpg", "sprite.jpg"}
        paths = [read_file(link).path for link in (part["url"], part["poster"], part["sprite"]["url"])]
        assert not whole & {path.name for path in paths}
        video, poster, sheet = paths
        checked = run_step("check", {"file": str(video), "packets": {"video": 80, "audio": 329}}, seconds=60)
        assert (part["duration"], checked["duration"]) == (7, pytest.approx(7.0, abs=0.15))
        # The video grows brighter every two seconds: what is seen in a picture tells when it was.
        shades = {shade(second) for second in range(4, 12, 2)}
        with Image.open(poster) as picture:
            assert min(abs(picture.convert("L").getpixel((5, 5)) - each) for each in shades) <= 4
        layout = part["sprite"]
        assert layout["count"] == 4
        with Image.open(sheet) as pictures:
            for number in range(layout["count"]):
                seen = pictures.convert("L").getpixel((number % layout["columns"] * layout["width"] + 5, 5))
                assert min(abs(seen - each) for each in shades) <= 4
        [track] = part["tracks"]
        text = api(user).get(track["url"]).content.decode()
        assert webvtt.read(text.encode()) == [
            Cue(0.0, 1.0, "said at 4"),
            Cue(1.0, 3.0, "said at 6"),
            Cue(6.5, 7.0, "said at 12"),
        ]
        assert track["url"] != replay_links.track_url(recorded.tracks.get())
    assert len(webvtt.read(api(host).get(replay_links.track_url(recorded.tracks.get())).content)) == len(cues)


def test_each_span_has_a_file_of_its_own_and_the_one_before_goes(recorded, host, settings):
    """Whoever has a link to a wider span than is shown now loses it."""
    kept = []
    for start in (5.0, 9.0):
        trim(recorded, host, trim_start=start)
        trimming.cut(recorded.pk)
        recorded.refresh_from_db()
        kept.append({recorded.trimmed_path, *recorded.trimmed_pictures})
    assert not kept[0] & kept[1]
    folder = settings.RECORDINGS_DIR
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == kept[1] | {
        "made/video.mp4"
    }
    assert kept[1] <= set(keys_of(recorded))


def test_another_span_makes_the_file_anew_and_none_gives_the_whole_one(recorded, host):
    trim(recorded, host, trim_start=5.0)
    trimming.cut(recorded.pk)
    trim(recorded, host, trim_start=6.0)
    recorded.refresh_from_db()
    assert not recorded.has_trimmed_file
    assert trimming.due() == [recorded]
    trim(recorded, host, trim_start=None)
    recorded.refresh_from_db()
    assert (
        find_file(
            str(recorded.pk), download(actor=as_person(host), recording=recorded).download_url.partition("token=")[2]
        ).path.name
        == "video.mp4"
    )


def test_what_got_lost_is_cut_by_the_clock(recorded, host, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    trim(recorded, host, trim_start=5.0)
    trim_due.apply()
    for recording in trimming.due():
        trimming.cut(recording.pk)
    recorded.refresh_from_db()
    assert recorded.has_trimmed_file


def test_a_recording_that_cannot_be_cut_is_tried_so_many_times(recorded, host, settings, caplog):
    (settings.RECORDINGS_DIR / "made" / "video.mp4").write_bytes(b"nothing of the kind")
    trim(recorded, host, trim_start=5.0)
    assert [trimming.cut(recorded.pk) for _try in range(trimming.TRIES)] == [False] * trimming.TRIES
    assert trimming.due() == []
    trim(recorded, host, trim_start=6.0)
    assert trimming.due() == [recorded]
    assert list(settings.PROCESSING_DIR.glob("trim-*")) == []
