"""GET /recordings/{id}/file?token=…: from disk or bucket, through the ASGI application and through the view."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from django.core import signing
from django.utils import timezone

from recordings import links
from recordings.links import sign_download
from tests.conftest import API, as_person, client_for
from tests.recordings.conftest import make_recording
from tests.recordings.s3 import BUCKET, bucket, s3_server  # noqa: F401 — fixtures
from webinar.serve.media import MediaFiles

pytestmark = pytest.mark.django_db(transaction=True)
DATA = b"ftyp" + bytes(range(256)) * 50


@pytest.fixture
def files(tmp_path, settings):
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    return settings.RECORDINGS_DIR


@pytest.fixture
def recording(live_session, files):
    made = make_recording(live_session, name="Über/Launch", file_path="lib/session/one.mp4")
    (files / "lib/session").mkdir(parents=True)
    (files / "lib/session/one.mp4").write_bytes(DATA)
    return made


def get(address, method="GET", **headers):
    async def fetch():
        transport = httpx.ASGITransport(MediaFiles())
        async with httpx.AsyncClient(transport=transport, base_url="http://product") as client:
            return await client.request(method, address, headers=headers)

    return asyncio.run(fetch())


def test_the_link_of_a_download_gives_the_file_and_its_parts(recording, host):
    told = client_for(host).get(f"{API}/recordings/{recording.pk}/download").json()["data"]["download_url"]
    address = told.removeprefix("http://localhost:8000")
    whole = get(address)
    assert (whole.status_code, whole.content) == (200, DATA)
    assert whole.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%9Cber_Launch.mp4"
    assert whole.headers["content-type"] == "video/mp4"
    part = get(address, range="bytes=-4")
    assert (part.status_code, part.content) == (206, DATA[-4:])
    assert get(address, **{"if-none-match": whole.headers["etag"]}).status_code == 304
    head = get(address, "HEAD")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(DATA)), b"")
    assert get(address, "POST").status_code == 405


def test_a_link_opens_one_recording_for_an_hour(recording, host, live_session, monkeypatch):
    address, _until = sign_download(recording, as_person(host))
    other = make_recording(live_session, file_path="lib/session/one.mp4")
    forged = signing.dumps(str(recording.pk), salt="something else")
    for wrong in (
        address.replace(str(recording.pk), str(other.pk)),
        address.replace("token=", "token=x"),
        address.split("?")[0],
        f"{address.split('=')[0]}={forged}",
        address.replace(str(recording.pk), "none"),
    ):
        reply = get(wrong)
        assert (reply.status_code, reply.json()["code"]) == (410, "link_expired"), wrong
    monkeypatch.setattr(links, "LIFETIME", timedelta(seconds=-1))
    assert get(address).status_code == 410


@pytest.mark.parametrize(
    "change",
    [{"deleted_at": timezone.now()}, {"status": "recording"}, {"file_path": "lib/session/none.mp4"}],
)
def test_what_is_gone_is_not_there(recording, host, change):
    address, _until = sign_download(recording, as_person(host))
    type(recording).objects.filter(pk=recording.pk).update(**change)
    reply = get(address)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_what_is_in_a_bucket_is_fetched_there(recording, host, bucket):  # noqa: F811
    bucket.client.put_object(Bucket=BUCKET, Key=recording.file_path, Body=DATA)
    type(recording).objects.update(storage_type="s3")
    reply = get(sign_download(recording, as_person(host))[0])
    assert reply.status_code == 302
    assert httpx.get(reply.headers["location"], headers={"range": "bytes=0-3"}).content == DATA[:4]


def test_a_bucket_that_is_no_longer_configured_is_said(recording, host):
    type(recording).objects.update(storage_type="s3")
    assert get(sign_download(recording, as_person(host))[0]).json()["code"] == "storage_unavailable"


def test_under_wsgi_alone_the_view_gives_the_whole_file(recording, host, bucket):  # noqa: F811
    address, _until = sign_download(recording, as_person(host))
    type(recording).objects.update(storage_type="local")
    reply = client_for().get(address)
    assert (reply.status_code, b"".join(reply)) == (200, DATA)
    assert reply["Content-Type"] == "video/mp4"
    assert client_for().get(address.split("?")[0]).status_code == 410
    type(recording).objects.update(storage_type="s3")
    assert client_for().get(address).status_code == 302
    type(recording).objects.update(deleted_at=timezone.now())
    assert client_for().get(address).status_code == 404
