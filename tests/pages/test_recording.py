"""A recording's page for its host, and the address of a session that has a replay, as the server makes them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recordings import replay
from recordings.models import Recording, TextTrack
from sessions.models import Ban, Session, SessionRole
from tests.pages.conftest import text_of
from tests.recordings.conftest import ended_session, files, make_recording, recording  # noqa: F401 — fixtures
from tests.recordings.test_webvtt import SRT
from tests.recordings.video import make_pictures
from tests.rooms.test_logos import picture


@pytest.fixture
def here(recording):  # noqa: F811
    return f"/recordings/{recording.pk}"


def do(client, here, what, **fields):
    return client.post(here, {"do": what, **fields}, follow=True)


def test_the_host_shows_a_recording_and_takes_it_back(browse, host, here):
    client = browse(host)
    assert "Not published" in text_of(client.get(here))
    page = do(client, here, "publish")
    assert page.redirect_chain == [(here, 302)]
    assert "Everyone with the link can watch it." in text_of(page)
    assert Recording.objects.get().published_at is not None
    assert "is unpublished" in text_of(do(client, here, "unpublish"))
    assert Recording.objects.get().published_at is None


def test_a_span_is_saved_shown_and_reset_and_a_wrong_one_explained(browse, host, here):
    client = browse(host)
    do(client, here, "trim", trim_start="3.5", trim_end="")
    assert Recording.objects.values_list("trim_start", "trim_end").get() == (3.5, None)
    page = text_of(client.get(here))
    assert 'value="3.5"' in page
    assert "The trimmed file is being made." in page
    refused = client.post(here, {"do": "trim", "trim_start": "50", "trim_end": "40"})
    assert refused.status_code == 200
    assert "At least one second of the recording must be left." in text_of(refused)
    do(client, here, "reset")
    assert Recording.objects.values_list("trim_start", "trim_end").get() == (None, None)


def test_captions_are_uploaded_and_deleted_and_bad_ones_explained(browse, host, here):
    client = browse(host)
    page = do(client, here, "add_track", file=SimpleUploadedFile("a.srt", SRT.encode()), language="de")
    assert "The captions were added: Deutsch." in text_of(page)
    bad = client.post(here, {"do": "add_track", "file": SimpleUploadedFile("a.vtt", b"WEBVTT\n\nx"), "language": "de"})
    assert "Line 3: two times" in text_of(bad)
    assert '<details class="fold" open>' in text_of(bad)
    wrong = client.post(here, {"do": "add_track", "file": SimpleUploadedFile("a.vtt", b""), "language": "not a tag"})
    assert "Enter a language code" in text_of(wrong)
    delete = f"{here}/captions/{TextTrack.objects.get().pk}/delete"
    assert "They are deleted for good" in text_of(client.get(delete))
    assert TextTrack.objects.count() == 1
    assert "The captions were deleted." in text_of(client.post(delete, follow=True))
    assert list(TextTrack.objects.all()) == []
    assert client.get(delete).status_code == 404


def test_the_host_chooses_how_the_session_publishes(browse, host, here):
    client = browse(host)
    do(client, here, "choose", publishing="review")
    assert Session.objects.get().replay_publishing == "review"
    assert '<option value="review" selected>' in text_of(client.get(here))
    do(client, here, "choose", publishing="")
    assert Session.objects.get().replay_publishing == ""


def test_the_host_keeps_a_recording_and_a_co_host_cannot(browse, host, guest, here, recording):  # noqa: F811
    client = browse(host)
    assert "The recording is kept." in text_of(do(client, here, "keep"))
    assert Recording.objects.get().is_kept
    assert 'value="unkeep"' in text_of(client.get(here))
    SessionRole.objects.create(session=recording.session, user=guest, role="co_host", assigned_by=host)
    assert 'value="unkeep"' not in text_of(browse(guest).get(here))
    do(browse(guest), here, "unkeep")
    assert Recording.objects.get().is_kept
    do(client, here, "unkeep")
    assert not Recording.objects.get().is_kept


def test_captions_may_have_a_name_of_their_own(browse, host, here):
    upload = SimpleUploadedFile("a.srt", SRT.encode())
    page = do(browse(host), here, "add_track", file=upload, language="de", label="Leichte Sprache")
    assert "The captions were added: Leichte Sprache." in text_of(page)


def test_an_unknown_action_changes_nothing(browse, host, here):
    assert "That did not work." in text_of(do(browse(host), here, "explode"))


def test_a_co_host_may_too_and_nobody_else(browse, guest, member, stranger, viewer, host, here, recording):  # noqa: F811
    SessionRole.objects.create(session=recording.session, user=guest, role="co_host", assigned_by=host)
    do(browse(guest), here, "publish")
    assert Recording.objects.get().published_at is not None
    for user in (member, stranger, viewer):
        client = browse(user)
        assert client.get(here).status_code == client.get(f"{here}/shown/file").status_code == 404
        assert client.post(here, {"do": "unpublish"}).status_code == 404
    assert Recording.objects.get().published_at is not None
    assert browse().get(here).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "recording", "phase": "capturing"}, "It is being recorded"),
        ({"status": "recording", "phase": "processing", "progress": 30}, "30 %"),
        ({"status": "failed", "error_message": "The disk was full."}, "The disk was full."),
    ],
)
def test_what_cannot_be_watched_says_why(browse, host, ended_session, fields, words):  # noqa: F811
    made = make_recording(ended_session, **fields)
    page = browse(host).get(f"/recordings/{made.pk}")
    assert words in text_of(page)
    assert 'id="video"' not in text_of(page)


def test_downloads_lead_to_a_link_that_ends(browse, host, here, recording):  # noqa: F811
    client = browse(host)
    assert (
        client.get(f"{here}/original/file")
        .headers["Location"]
        .partition("/v1/webinar")[2]
        .startswith(f"{here}/file?token=")
    )
    Recording.objects.update(trim_start=3)
    assert "trimmed file is being made" in text_of(client.get(f"{here}/shown/file", follow=True))
    assert client.get(f"{here}/another/file").status_code == 404


def address(session):
    return f"/w/{session.room.slug}/{session.pk}"


def test_the_address_of_a_session_with_a_replay_asks_for_a_name_and_then_shows_it(client, recording):  # noqa: F811
    replay.completed(recording)
    session = recording.session
    assert "Watch the replay" in text_of(client.get(address(session)))
    client.post(address(session), {"display_name": "Grace"})
    page = client.get(address(session))
    assert page.templates[0].name == "pages/replay.html"
    assert "files/" not in text_of(page)  # links are given by the API, to whom may watch at that moment


def test_somebody_banned_is_refused(client, guest, host, recording):  # noqa: F811
    replay.completed(recording)
    client.force_login(guest)
    Ban.objects.create(session=recording.session, user=guest, banned_by=host)
    page = client.get(address(recording.session))
    assert page.status_code == 403
    assert 'data-failure="removed"' in text_of(page)


def test_the_room_shows_the_latest_session_that_can_be_watched(client, recording, room, preset):  # noqa: F811
    replay.completed(recording)
    now = recording.session.ended_at
    later = Session.objects.create(
        room=room, preset=preset, title="Later", status="ended", started_at=now, ended_at=now
    )
    page = client.get(f"/w/{room.slug}")
    assert page.context["session"] == recording.session
    assert page.context["others"] == [later]
    assert [other.has_replay for other in client.get(address(later)).context["others"]] == [True]


@pytest.mark.parametrize("others", [1, 3])
def test_the_queries_do_not_grow_with_the_replays(client, recording, room, preset, others, django_assert_num_queries):  # noqa: F811
    replay.completed(recording)
    now = recording.session.started_at
    for number in range(others):
        old = Session.objects.create(
            room=room, preset=preset, title=str(number), status="ended", started_at=now, ended_at=now
        )
        replay.completed(make_recording(old))
    with django_assert_num_queries(10):
        client.get(f"/w/{room.slug}")


def test_who_leads_renames_it_and_the_host_deletes_it(browse, host, guest, here, recording):  # noqa: F811
    SessionRole.objects.create(session=recording.session, user=guest, role="co_host", assigned_by=host)
    assert "The new name was saved." in text_of(do(browse(guest), here, "rename", name="The talk"))
    assert Recording.objects.get().name == "The talk"
    empty = browse(guest).post(here, {"do": "rename", "name": " "})
    assert list(empty.context["name_form"].errors) == ["name"]
    assert f"{here}/delete" not in text_of(browse(guest).get(here))
    assert f"{here}/delete" in text_of(browse(host).get(here))


def test_the_poster_is_chosen_uploaded_and_given_back(browse, host, here, files):  # noqa: F811
    client = browse(host)
    assert "Chosen by itself." in text_of(client.get(here))
    assert "is being taken" in text_of(do(client, here, "poster_moment", at="12.5"))
    page = text_of(client.get(here))
    assert 'id="poster-now" data-pending' in page
    assert 'value="12.5"' in page
    wrong = client.post(here, {"do": "poster_moment", "at": "1000"})
    assert "This moment is not in the recording." in text_of(wrong)
    done = do(client, here, "poster_upload", file=SimpleUploadedFile("a.png", picture()))
    assert "Your own picture." in text_of(done)
    bad = client.post(here, {"do": "poster_upload", "file": SimpleUploadedFile("a.png", b"no picture")})
    assert "This is not a PNG, JPEG or WebP picture." in text_of(bad)
    assert "Chosen by itself." in text_of(do(client, here, "poster_reset"))


def test_offered_moments_have_small_pictures(browse, host, here, files, settings):  # noqa: F811
    folder = settings.RECORDINGS_DIR / "made"
    folder.mkdir(parents=True)
    layout = make_pictures(folder / "poster.jpg", folder / "sprite.jpg", 90)
    Recording.objects.update(sprite=layout, sprite_path="made/sprite.jpg")
    client = browse(host)
    assert f'src="{here}/moments/22.jpg"' in text_of(client.get(here))
    image = client.get(f"{here}/moments/22.jpg")
    assert (image.status_code, image["Content-Type"]) == (200, "image/jpeg")
    assert client.get(f"{here}/moments/9999.jpg").status_code == 404
    assert browse().get(f"{here}/moments/22.jpg").status_code == 302


def test_captions_are_named_on_the_page(browse, host, here, recording):  # noqa: F811
    fields = {"recording": recording, "source": "upload", "text": "WEBVTT"}
    first = TextTrack.objects.create(language="en", label="English", is_default=True, **fields)
    other = TextTrack.objects.create(language="de", label="Deutsch", **fields)
    client, edit = browse(host), f"{here}/captions/{other.pk}/edit"
    assert edit in text_of(client.get(here))
    assert 'value="Deutsch"' in text_of(client.get(edit))
    assert client.post(edit, {"label": "For learners", "is_default": "on"})["Location"] == here
    rows = TextTrack.objects.values_list("label", "is_default")
    assert list(rows) == [("For learners", True), ("English", False)]
    assert 'name="is_default"' not in text_of(client.get(edit))
    assert 'name="is_default"' in text_of(client.get(f"{here}/captions/{first.pk}/edit"))
    assert list(client.post(edit, {"label": "x" * 101}).context["form"].errors) == ["label"]
