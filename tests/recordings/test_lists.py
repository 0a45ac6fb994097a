"""GET /recordings/my and the page of all recordings: search, filters, order, sizes, and when each is deleted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import LibraryRetention, Recording
from rooms.models import Room
from sessions.models import Session
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema
from tests.pages.conftest import browse, text_of, viewer  # noqa: F401 — fixtures
from tests.recordings.conftest import make_recording

ADDRESS = f"{API}/recordings/my"


@pytest.fixture
def everything(tenant, other_tenant, ended_session):
    now = timezone.now()
    other = Room.objects.create(
        host=tenant.owner, library=tenant.library, slug="two", title="Two", visibility="private"
    )
    late = Session.objects.create(room=other, preset=ended_session.preset, title="Late show")
    theirs = Session.objects.create(room=other_tenant.room, preset=other_tenant.room.host.presets.first(), title="X")

    def make(name, days, session=ended_session, **fields):
        return make_recording(session, name=name, started_at=now - timedelta(days=days), **fields)

    make("Äpfel", 1, published_at=now, file_size=5000)
    make("birnen 100%", 2, late, is_kept=True, file_size=7000)
    make("Broken", 3, status="failed", file_path="", file_size=None, duration=None)
    make("Now", 0, late, status="recording", phase="processing", file_path="", file_size=None, duration=None)
    make("Binned", 4, deleted_at=now)
    make("Elsewhere", 5, theirs)
    return other


def names(host, **query):
    reply = client_for(host).get(ADDRESS, query)
    assert_matches_schema(reply)
    return [recording["name"] for recording in reply.json()["data"]["recordings"]]


def test_all_rooms_are_listed_by_date(everything, host):
    latest = ["Now", "Äpfel", "birnen 100%", "Broken"]
    assert names(host) == latest
    assert names(host, sort="date") == latest[::-1]
    assert names(host, sort="name")[:3] == ["birnen 100%", "Broken", "Now"]
    assert names(host, sort="-size")[:2] == ["birnen 100%", "Äpfel"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "äPF"}, ["Äpfel"]),
        ({"q": "late"}, ["Now", "birnen 100%"]),
        ({"q": "%"}, ["birnen 100%"]),
        ({"q": "b.*"}, []),
        ({"q": "x" * 10_000}, []),
        ({"status": "failed"}, ["Broken"]),
        ({"published": "true"}, ["Äpfel"]),
        ({"published": "false", "status": "completed"}, ["birnen 100%"]),
        ({"is_kept": "true"}, ["birnen 100%"]),
        ({"is_kept": "false", "q": "roke"}, ["Broken"]),
    ],
)
def test_search_and_filters_narrow_it(query, found, everything, host):
    assert set(names(host, **query)) == set(found)


def test_the_size_is_that_of_all_that_match_and_a_room_narrows_it(everything, host):
    data = client_for(host).get(ADDRESS, {"limit": "1"}).json()["data"]
    assert (data["total"], data["total_size"], len(data["recordings"])) == (4, 12_000, 1)
    data = client_for(host).get(ADDRESS, {"room_id": str(everything.pk)}).json()["data"]
    assert (data["total"], data["total_size"]) == (2, 7000)


@pytest.mark.parametrize(
    "query", [{"status": "open"}, {"room_id": "x"}, {"sort": "length"}, {"published": "yes"}, {"is_kept": "1"}]
)
def test_what_is_no_filter_is_422(query, host):
    reply = client_for(host).get(ADDRESS, query)
    assert (reply.status_code, refused_fields(reply)) == (422, list(query))


def test_the_page_filters_says_sizes_and_leads_to_each(everything, host, browse):  # noqa: F811
    client = browse(host)
    text = text_of(client.get("/recordings"))
    for recording in Recording.objects.filter(name__in=["Äpfel", "birnen 100%", "Broken", "Now"]):
        assert f'href="/recordings/{recording.pk}"' in text
    for words in ("4 recordings", "11.7\xa0KB in all", "Bin: 1 recording", "Late show", "Not published", "Failed"):
        assert words in text
    assert "Elsewhere" not in text
    page = client.get("/recordings", {"published": "yes", "q": "äpf"})
    assert [recording.name for recording in page.context["page"].object_list] == ["Äpfel"]
    assert "No recording is like this" in text_of(client.get("/recordings", {"q": "nothing"}))
    wrong = client.get("/recordings", {"status": "open", "published": "?", "kept": "?", "room": "x", "sort": "?"})
    assert (wrong.status_code, wrong.context["page"].paginator.count) == (200, 4)


def test_it_says_when_each_is_deleted_and_keeps_one_without_losing_the_filters(everything, host, browse, settings):  # noqa: F811
    settings.RECORDING_RETENTION_DAYS = 30
    client, recording = browse(host), Recording.objects.get(name="Äpfel")
    text = text_of(client.get("/recordings?q=%C3%A4pf&page=1"))
    assert "Deleted by itself on" in text
    assert 'name="back" value="q=%C3%A4pf&amp;page=1"' in text
    sent = {"is_kept": "on", "back": "q=%C3%A4pf&page=1"}
    response = client.post(f"/recordings/{recording.pk}/keep", sent)
    assert (response.status_code, response["Location"]) == (302, "/recordings?q=%C3%A4pf&page=1")
    assert "never deleted by itself" in text_of(client.get("/recordings?q=%C3%A4pf"))
    assert client.post(f"/recordings/{recording.pk}/keep", {"back": "//evil.example"})["Location"].startswith(
        "/recordings?"
    )
    recording.refresh_from_db()
    assert not recording.is_kept


def test_a_library_that_keeps_them_for_ever_says_so(everything, tenant, host, browse, settings):  # noqa: F811
    settings.RECORDING_RETENTION_DAYS = 30
    LibraryRetention.objects.create(library=tenant.library, days=0)
    text = text_of(browse(host).get("/recordings"))
    assert "Stays until you delete it" in text
    assert "Deleted by itself on" not in text


def test_nobody_else_keeps_one(everything, stranger, viewer, browse):  # noqa: F811
    path = f"/recordings/{Recording.objects.get(name='Äpfel').pk}/keep"
    assert browse(stranger).post(path, {"is_kept": "on"}).status_code == 404
    assert browse(viewer).post(path, {"is_kept": "on"}).status_code == 403
    assert not Recording.objects.get(name="Äpfel").is_kept


def test_the_page_costs_the_same_for_one_and_for_many(ended_session, host, browse, django_assert_num_queries):  # noqa: F811
    client = browse(host)
    make_recording(ended_session)
    client.get("/recordings")
    with django_assert_num_queries(7):
        client.get("/recordings")
    for number in range(9):
        make_recording(ended_session, name=f"Talk {number}")
    with django_assert_num_queries(7):
        client.get("/recordings")
