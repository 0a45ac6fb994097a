"""Links to what a player fetches."""

from media.links import read_file
from recordings import replay_links
from tests.recordings.conftest import make_recording


def test_local_files_have_links_of_our_own_origin(ended_session):
    made = make_recording(ended_session, poster_path="a/b-poster.jpg", sprite_path="a/b.jpg", sprite={"count": 3})
    links = [replay_links.video_url(made), replay_links.poster_url(made), replay_links.sprite(made)["url"]]
    assert [read_file(link).key for link in links] == [made.file_path, "a/b-poster.jpg", "a/b.jpg"]
    assert replay_links.sprite(made)["count"] == 3


def test_what_is_not_there_has_no_link(ended_session):
    made = make_recording(ended_session)
    assert (replay_links.poster_url(made), replay_links.sprite(made)) == (None, None)


def test_a_bucket_that_is_no_longer_configured_has_no_link(ended_session):
    assert replay_links.video_url(make_recording(ended_session, storage_type="s3")) is None
