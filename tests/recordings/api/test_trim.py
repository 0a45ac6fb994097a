"""PATCH of a recording with a span, and its downloads."""

import pytest

from recordings import replay
from recordings.models import Recording
from tests.conftest import API


@pytest.fixture
def here(recording):
    return f"{API}/recordings/{recording.pk}"


def test_the_host_trims_and_whoever_watches_gets_the_span(api, host, guest, here, recording):
    replay.completed(recording)
    reply = api(host).patch(here, {"trim_start": 3.5, "trim_end": 60}).json()["data"]
    assert (reply["name"], reply["trim_start"], reply["trim_end"]) == ("Launch", 3.5, 60.0)
    replay_path = f"{API}/sessions/{recording.session_id}/replay"
    waiting = api(guest).get(replay_path).json()["data"]
    assert (waiting["status"], waiting["recordings"]) == ("processing", [])  # never the whole video instead
    made = {"start": 3.5, "end": 60.0, "bytes": 5}
    Recording.objects.update(trimmed_path="a/b-trimmed.mp4", trimmed=made)
    [part] = api(guest).get(replay_path).json()["data"]["recordings"]
    assert (part["trim_start"], part["trim_end"], part["duration"]) == (None, None, 56)
    assert part["url"].endswith("/recordings/a/b-trimmed.mp4")
    both = api(host).patch(here, {"name": "Shorter", "trim_start": None}).json()["data"]
    assert (both["name"], both["trim_start"], both["trim_end"]) == ("Shorter", None, 60.0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"trim_start": "1"}, "trim_start"),
        ({"trim_start": True}, "trim_start"),
        ({"trim_end": 1e400}, "trim_end"),
        ({"trim_end": 10**400}, "trim_end"),
        ({"trim_start": 50, "trim_end": 20}, "trim_end"),
        ({"trim_start": 91}, "trim_start"),
    ],
)
def test_what_makes_no_span_is_refused(api, host, here, body, field):
    import json

    raw = json.dumps(body).replace("Infinity", "1e400")
    reply = api(host).generic("PATCH", here, raw, "application/json")
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, [field])


def test_a_trimmed_recording_is_downloaded_as_trimmed_or_whole(api, host, here, recording):
    api(host).patch(here, {"trim_start": 3})
    reply = api(host).get(f"{here}/download")
    assert (reply.status_code, reply.json()["code"]) == (409, "trimmed_file_not_ready")
    assert api(host).get(f"{here}/download?original=true").status_code == 200
    assert api(host).get(f"{here}/download?original=maybe").status_code == 422
    recording.refresh_from_db()
    recording.trimmed_path, recording.trimmed = "a/b-trimmed.mp4", {"start": 3.0, "end": None, "bytes": 5}
    recording.save()
    links = [
        api(host).get(f"{here}/download{query}").json()["data"]["download_url"] for query in ("", "?original=true")
    ]
    assert links[0] != links[1]


def test_others_trim_nothing(api, guest, member, stranger, here):
    assert [api(user).patch(here, {"trim_start": 1}).status_code for user in (guest, member, stranger)] == [404] * 3
