"""Captions of a recording: list, upload, delete, and the links to them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recordings import replay, webvtt
from recordings.models import TextTrack
from recordings.tracks import add_track, name_of_language
from tests.conftest import API, as_person
from tests.recordings.conftest import make_recording

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello <b>you</b>\n"


@pytest.fixture
def here(recording):
    return f"{API}/recordings/{recording.pk}/tracks"


def upload(client, path, content=VTT, name="captions.vtt", **fields):
    raw = content if isinstance(content, bytes) else content.encode()
    body = {"file": SimpleUploadedFile(name, raw), "language": "en", **fields}
    return client.post(path, body, format="multipart")


def test_the_host_uploads_captions_and_everybody_who_watches_gets_them(api, client, host, guest, here, recording):
    replay.completed(recording)
    reply = upload(api(host), here)
    made = reply.json()["data"]
    assert reply.status_code == 201
    assert (made["language"], made["label"], made["source"], made["is_default"]) == ("en", "English", "upload", True)
    [part] = api(guest).get(f"{API}/sessions/{recording.session_id}/replay").json()["data"]["recordings"]
    assert [track["id"] for track in part["tracks"]] == [made["id"]]
    file = client.get(part["tracks"][0]["url"])
    assert file.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.content.decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello you\n"


def test_srt_becomes_webvtt_and_a_second_language_stands_behind_the_default(api, host, here):
    first = upload(api(host), here).json()["data"]
    srt = upload(api(host), here, "1\n00:00:01,000 --> 00:00:02,000\nHallo\n", "a.srt", language="de", label="Von Ada")
    assert (srt.json()["data"]["label"], srt.json()["data"]["is_default"]) == ("Von Ada", False)
    third = upload(api(host), here, language="fr", is_default="true").json()["data"]
    listed = api(host).get(here).json()["data"]
    assert [(track["language"], track["is_default"]) for track in listed["tracks"]] == [
        ("fr", True),
        ("de", False),
        ("en", False),
    ]
    assert listed["total"] == 3
    assert api(host).delete(f"{here}/{third['id']}").status_code == 200
    assert TextTrack.objects.get(is_default=True).pk.hex == first["id"].replace("-", "")


@pytest.mark.parametrize(
    ("content", "fields", "field", "words"),
    [
        ("hello", {}, "file", "neither WebVTT"),
        ("", {}, "file", "neither WebVTT"),
        ("WEBVTT\n\nx", {}, "file", "Line 3"),
        ("WEBVTT\n\n01:00:00.000 --> 01:00:01.000\nx", {}, "file", "after the end of the recording (0:01:30)"),
        (b"\xff\xfe", {}, "file", "UTF-8"),
        (VTT, {"language": "not a tag"}, "language", "language tag"),
        (VTT, {"label": "x" * 101}, "label", "100"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(api, host, here, content, fields, field, words):
    reply = upload(api(host), here, content, **fields)
    assert reply.status_code == 422
    [error] = reply.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]
    assert list(TextTrack.objects.all()) == []


def test_a_body_without_a_file_another_type_and_too_much_are_refused(api, host, here):
    assert api(host).post(here, {"language": "en"}, format="multipart").status_code == 422
    assert api(host).post(here, {"language": "en"}, format="json").status_code == 415
    large = upload(api(host), here, b"x" * (webvtt.MAX_BYTES + 100_000))
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert "2 MiB" in large.json()["error"]
    assert upload(api(host), here, b"x" * (webvtt.MAX_BYTES + 1)).status_code == 422
    broken = api(host).generic("POST", here, "--x\r\n", "multipart/form-data")
    assert broken.status_code == 400


def test_there_is_an_end_of_captions(api, host, here, recording, monkeypatch):
    monkeypatch.setattr("recordings.tracks.MOST_TRACKS", 1)
    assert [upload(api(host), here).status_code for _ in range(2)] == [201, 409]


def test_captions_need_a_recording_that_is_ready(api, host, ended_session):
    coming = make_recording(ended_session, status="recording", phase="processing")
    reply = upload(api(host), f"{API}/recordings/{coming.pk}/tracks")
    assert (reply.status_code, reply.json()["code"]) == (409, "recording_not_ready")


def test_only_who_leads_sees_and_changes_them(api, host, guest, member, stranger, recording, here):
    track = add_track(actor=as_person(host), recording=recording, raw=VTT.encode(), language="en")
    for user in (guest, member, stranger):
        assert api(user).get(here).status_code == upload(api(user), here).status_code == 404
        assert api(user).delete(f"{here}/{track.pk}").status_code == 404
    assert api().get(here).status_code == 401
    assert TextTrack.objects.get() == track


def test_a_track_of_another_recording_is_not_deleted_through_this_one(api, host, here, ended_session):
    other = add_track(actor=as_person(host), recording=make_recording(ended_session), raw=VTT.encode(), language="en")
    assert [api(host).delete(f"{here}/{known}").status_code for known in (other.pk, "x")] == [404, 404]


def test_links_open_one_track_and_end(api, client, host, here, recording, time_machine):
    urls = [upload(api(host), here, language=language).json()["data"]["url"] for language in ("en", "de")]
    crossed = urls[0].partition("?")[0] + "?" + urls[1].partition("?")[2]
    assert [client.get(url).status_code for url in (urls[0], crossed, urls[0] + "x", urls[0].partition("?")[0])] == [
        200,
        410,
        410,
        410,
    ]
    recording.deleted_at = recording.created_at
    recording.save()
    assert client.get(urls[0]).status_code == 410


def test_links_end_after_an_hour(api, client, host, here, time_machine):
    from datetime import timedelta

    from django.utils import timezone

    url = upload(api(host), here).json()["data"]["url"]
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert client.get(url).status_code == 410


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "English"), ("de", "Deutsch"), ("pt-BR", "Português brasileiro"), ("und", "Captions"), ("tlh", "tlh")],
)
def test_languages_call_themselves_by_their_own_names(tag, name):
    assert name_of_language(tag) == name


def test_captions_are_named_and_made_the_default(api, host, stranger, here):
    first, second = (upload(api(host), here, language=language).json()["data"] for language in ("en", "de"))
    named = api(host).patch(f"{here}/{second['id']}", {"label": "Für Lernende", "is_default": True}, format="json")
    assert (named.json()["data"]["label"], named.json()["data"]["is_default"]) == ("Für Lernende", True)
    assert [track["id"] for track in api(host).get(here).json()["data"]["tracks"]] == [second["id"], first["id"]]
    again = api(host).patch(f"{here}/{second['id']}", {"label": "", "is_default": False}, format="json").json()["data"]
    assert (again["label"], again["is_default"]) == ("Deutsch", True)  # one of them is the default
    assert api(host).patch(f"{here}/{second['id']}", {"label": "x" * 101}, format="json").status_code == 422
    assert api(stranger).patch(f"{here}/{second['id']}", {"label": "Mine"}, format="json").status_code == 404
