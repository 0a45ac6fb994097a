"""Trimming: what is shown, and the file of just that."""

import pytest

from base.errors import Invalid, NotAllowed
from media.processing.running import run_step
from recordings import storage, trimming
from recordings.errors import RecordingNotReady, TrimmedFileNotReady
from recordings.files import find_file
from recordings.models import Recording
from recordings.services import download
from recordings.tasks import trim_due
from tests.conftest import as_person
from tests.recordings.conftest import make_recording
from tests.recordings.film import make_film


@pytest.fixture
def filmed(ended_session, settings, tmp_path):
    """A recording of 20 seconds with its film."""
    settings.RECORDINGS_DIR, settings.PROCESSING_DIR = tmp_path / "recordings", tmp_path / "processing"
    make_film(settings.RECORDINGS_DIR / "made" / "film.mp4", 20)
    return make_recording(ended_session, file_path="made/film.mp4", duration=20.0)


def trim(recording, host, **span):
    return trimming.set_trim(actor=as_person(host), recording=recording, **span)


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ({"trim_start": 3, "trim_end": 80.5}, (3.0, 80.5)),
        ({"trim_start": 0, "trim_end": 90.4}, (None, None)),
        ({"trim_start": 10}, (10.0, None)),
        ({"trim_end": 91.0}, (None, None)),  # players round the length of a film
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


def test_the_trimmed_file_is_cut_and_the_whole_one_stays(filmed, host):
    trim(filmed, host, trim_start=5.0, trim_end=12.0)
    filmed.refresh_from_db()
    with pytest.raises(TrimmedFileNotReady):
        download(filmed)
    assert trimming.cut(filmed.pk) is True
    filmed.refresh_from_db()
    assert filmed.has_trimmed_file
    links = {is_original: download(filmed, is_original=is_original).download_url for is_original in (True, False)}
    found = {key: find_file(str(filmed.pk), link.partition("token=")[2]) for key, link in links.items()}
    assert found[True].path == storage.local_path(filmed)
    packets = {"video": 80, "audio": 329}
    checked = run_step("check", {"file": str(found[False].path), "packets": packets}, seconds=60)
    assert checked["duration"] == pytest.approx(7.0, abs=0.15)
    assert trimming.due() == []


def test_another_span_makes_the_file_anew_and_none_gives_the_whole_one(filmed, host):
    trim(filmed, host, trim_start=5.0)
    trimming.cut(filmed.pk)
    trim(filmed, host, trim_start=6.0)
    filmed.refresh_from_db()
    assert not filmed.has_trimmed_file
    assert trimming.due() == [filmed]
    trim(filmed, host, trim_start=None)
    filmed.refresh_from_db()
    assert find_file(str(filmed.pk), download(filmed).download_url.partition("token=")[2]).path.name == "film.mp4"


def test_what_got_lost_is_cut_by_the_clock(filmed, host, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    trim(filmed, host, trim_start=5.0)
    trim_due.apply()
    for recording in trimming.due():
        trimming.cut(recording.pk)
    filmed.refresh_from_db()
    assert filmed.has_trimmed_file


def test_a_film_that_cannot_be_cut_is_tried_so_many_times(filmed, host, settings, caplog):
    (settings.RECORDINGS_DIR / "made" / "film.mp4").write_bytes(b"nothing of the kind")
    trim(filmed, host, trim_start=5.0)
    assert [trimming.cut(filmed.pk) for _try in range(trimming.TRIES)] == [False] * trimming.TRIES
    assert trimming.due() == []
    trim(filmed, host, trim_start=6.0)
    assert trimming.due() == [filmed]
    assert list(settings.PROCESSING_DIR.glob("trim-*")) == []
