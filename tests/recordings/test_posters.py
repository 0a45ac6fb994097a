"""The poster of a recording: automatic, a moment of it, or an own picture; in the API and for who watches."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.errors import Invalid, NotAllowed
from media.processing.errors import StepFailed
from recordings import moments, posters, replay, storage, trimming
from recordings.keeping.bin import keys_of
from recordings.models import Recording
from sessions.models import SessionRole
from tests.conftest import API, as_person
from tests.recordings.conftest import make_recording
from tests.recordings.video import COLUMNS, INTERVAL, SMALL, make_pictures, make_video, shade
from tests.rooms.test_logos import bomb, picture

LENGTH = 20


@pytest.fixture
def recorded(ended_session, files, settings):
    """A published recording of 20 seconds with its video, poster and thumbnails."""
    folder = settings.RECORDINGS_DIR / "made"
    make_video(folder / "video.mp4", LENGTH)
    sprite = make_pictures(folder / "poster.jpg", folder / "sprite.jpg", LENGTH)
    paths = {"file_path": "made/video.mp4", "poster_path": "made/poster.jpg", "sprite_path": "made/sprite.jpg"}
    made = make_recording(ended_session, duration=float(LENGTH), sprite=sprite, **paths)
    replay.completed(made)
    made.refresh_from_db()
    assert made.published_at is not None
    return made


@pytest.fixture
def here(recorded):
    return f"{API}/recordings/{recorded.pk}/poster"


def shown(key):
    with storage.opened("local", key) as file:
        return Image.open(io.BytesIO(file.read()))


def poster_of(api, guest, recording):
    [part] = api(guest).get(f"{API}/sessions/{recording.session_id}/replay").json()["data"]["recordings"]
    return part["poster"]


def upload(client, here, raw):
    return client.post(f"{here}/upload", {"file": SimpleUploadedFile("a.png", raw)}, format="multipart")


def test_a_moment_becomes_the_poster_of_the_published_replay(api, host, guest, recorded, here):
    before = poster_of(api, guest, recorded)
    reply = api(host).put(here, {"at": 13.4}, format="json").json()["data"]
    assert (reply["source"], reply["at"], reply["is_ready"]) == ("moment", 13.4, False)
    assert poster_of(api, guest, recorded) == before  # until its picture is there
    assert posters.make(recorded.pk)
    recorded.refresh_from_db()
    image = shown(recorded.chosen_path)
    bright = image.convert("L").getpixel((5, 5))
    assert (image.format, image.size) == ("JPEG", (320, 180))
    assert bright == pytest.approx(shade(13.4), abs=8)
    assert recorded.chosen_path in poster_of(api, guest, recorded) != before
    assert api(host).get(here).json()["data"]["is_ready"]
    assert not posters.make(recorded.pk)


def test_each_choice_has_a_file_of_its_own_and_the_former_one_goes(
    api, host, recorded, here, django_capture_on_commit_callbacks
):
    assert upload(api(host), here, picture(size=(40, 30))).status_code == 200
    recorded.refresh_from_db()
    first = recorded.chosen_path
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(api(host), here, picture(size=(50, 30))).json()["data"]["source"] == "upload"
    recorded.refresh_from_db()
    assert recorded.chosen_path != first
    assert not storage.exists("local", first)
    assert shown(recorded.chosen_path).size == (50, 30)
    with django_capture_on_commit_callbacks(execute=True):
        assert api(host).delete(here).json()["data"]["source"] == "automatic"
    assert not storage.exists("local", recorded.chosen_path)
    assert Recording.objects.get().chosen_poster is None
    assert api(host).delete(here).status_code == 200


def test_an_upload_is_written_anew_small_and_without_transparency(api, host, recorded, here):
    assert upload(api(host), here, picture("WEBP", (3000, 2000), "RGBA")).status_code == 200
    recorded.refresh_from_db()
    image = shown(recorded.chosen_path)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1280, 853))
    assert recorded.chosen_path in keys_of(recorded)  # it goes with the recording, and is no orphan


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid"),
        (b"", "invalid"),
        (bomb(8000, 8000), "too_large"),
        (b"x" * (posters.MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_and_changes_nothing(api, host, recorded, here, raw, code):
    reply = upload(api(host), here, raw)
    assert (reply.status_code, reply.json()["errors"][0]["field"], reply.json()["errors"][0]["code"]) == (
        422,
        "file",
        code,
    )
    assert Recording.objects.get().chosen_poster is None
    assert upload(api(host), here, b"x" * (posters.MAX_BYTES + 128 * 1024)).status_code == 413


@pytest.mark.parametrize("at", [-0.1, LENGTH + 0.5, "12", None, True])
def test_a_moment_outside_is_refused(api, host, recorded, here, at):
    reply = api(host).put(here, {"at": at}, format="json")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "at")


def test_a_moment_that_was_trimmed_away_is_not_shown(host, recorded):
    posters.choose_moment(actor=as_person(host), recording=recorded, at=2)
    posters.make(recorded.pk)
    recorded.refresh_from_db()
    assert recorded.is_choice_shown
    trimming.set_trim(actor=as_person(host), recording=recorded, trim_start=5, trim_end=15)
    recorded.refresh_from_db()
    assert not recorded.is_choice_shown
    posters.upload(actor=as_person(host), recording=recorded, raw=picture())
    recorded.refresh_from_db()
    assert recorded.is_choice_shown


def test_a_choice_made_meanwhile_wins_over_the_picture_that_is_being_made(host, recorded, monkeypatch, settings):
    posters.choose_moment(actor=as_person(host), recording=recorded, at=2)
    step = posters.run_step

    def slow(*args, **options):
        posters.choose_moment(actor=as_person(host), recording=recorded, at=8)
        return step(*args, **options)

    monkeypatch.setattr(posters, "run_step", slow)
    assert not posters.make(recorded.pk)
    monkeypatch.setattr(posters, "run_step", step)
    assert posters.make(recorded.pk)
    recorded.refresh_from_db()
    assert recorded.chosen_moment == 8
    made = [path.name for path in settings.RECORDINGS_DIR.rglob("*-poster.jpg")]
    assert made == [recorded.chosen_path.rpartition("/")[2]]


def test_what_fails_is_tried_a_few_times_and_then_said(host, recorded, monkeypatch):
    posters.choose_moment(actor=as_person(host), recording=recorded, at=2)

    def fail(*args, **options):
        raise StepFailed("unreadable")

    monkeypatch.setattr(posters, "run_step", fail)
    for _ in range(posters.TRIES):
        recorded.refresh_from_db()
        assert posters.is_being_made(recorded)
        assert not posters.make(recorded.pk)
    recorded.refresh_from_db()
    assert posters.has_failed(recorded)


def test_only_who_leads_the_session_chooses(api, host, guest, stranger, recorded, here):
    with pytest.raises(NotAllowed):
        posters.choose_moment(actor=as_person(stranger), recording=recorded, at=2)
    assert api(stranger).get(here).status_code == 404
    SessionRole.objects.create(session=recorded.session, user=guest, role="co_host", assigned_by=host)
    assert api(guest).put(here, {"at": 2}, format="json").status_code == 200


def test_what_is_not_ready_has_no_poster_to_choose(api, host, recorded, here):
    Recording.objects.update(status="recording", phase="processing")
    assert api(host).put(here, {"at": 2}, format="json").json()["code"] == "recording_not_ready"
    assert upload(api(host), here, picture()).json()["code"] == "recording_not_ready"


def test_pictures_are_offered_over_all_of_what_is_shown(recorded):
    assert moments.moments_of(recorded, recorded.session) == [2.0, 4.0, 10.0, 14.0]
    recorded.trim_start, recorded.trim_end = 6.0, 12.0
    assert moments.moments_of(recorded, recorded.session) == [6.0, 8.0, 10.0, 12.0]


def test_neither_black_nor_the_slate_is_offered(recorded, settings):
    color = recorded.session.flag("primary_color")
    path = settings.RECORDINGS_DIR / "made" / "sprite.jpg"
    sheet = Image.open(path).convert("RGB")
    for number in range(LENGTH // INTERVAL):
        if number not in (7, 8):
            place = (number % COLUMNS * SMALL[0], number // COLUMNS * SMALL[1])
            sheet.paste(Image.new("RGB", SMALL, "black" if number % 2 else color), place)
    sheet.save(path)
    assert moments.moments_of(recorded, recorded.session) == [14.0]  # after the one at 16 the slate follows


def test_without_thumbnails_nothing_is_offered(recorded, settings):
    (settings.RECORDINGS_DIR / "made" / "sprite.jpg").write_bytes(b"no picture")
    assert moments.moments_of(recorded, recorded.session) == []
    assert moments.picture_of(recorded, 2) is None
    recorded.sprite_path = ""
    assert moments.moments_of(recorded, recorded.session) == []


def test_the_thumbnail_of_a_moment_is_one_of_the_sheet(recorded):
    image = Image.open(io.BytesIO(moments.picture_of(recorded, 6)))
    assert image.size == SMALL
    assert image.convert("L").getpixel((5, 5)) == pytest.approx(shade(6), abs=8)
    assert moments.picture_of(recorded, 1000) is None


def test_too_large_an_upload_is_told_before_it_is_decoded(host, recorded):
    with pytest.raises(Invalid):
        posters.upload(actor=as_person(host), recording=recorded, raw=b"x" * (posters.MAX_BYTES + 1))
