"""GET /sessions/my, the page of all sessions, and the figures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms.models import Room
from sessions.models import Attendance, Session
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema
from tests.pages.conftest import browse, text_of  # noqa: F401 — a fixture

ADDRESS = f"{API}/sessions/my"


@pytest.fixture
def everything(tenant, other_tenant):
    now = timezone.now()
    other = Room.objects.create(
        host=tenant.owner, library=tenant.library, slug="two", title="Two", visibility="private"
    )
    over = {"status": "ended", "started_at": now - timedelta(days=3), "ended_at": now - timedelta(days=3, hours=-2)}
    long_ago = {"status": "ended", "started_at": now - timedelta(days=40), "ended_at": now - timedelta(days=39)}

    def make(title, room=tenant.room, **fields):
        return Session.objects.create(room=room, preset=room.host.presets.first(), title=title, **fields)

    make("Äpfel", scheduled_start_time=now + timedelta(days=2))
    make("birnen 100%", other, scheduled_start_time=now + timedelta(days=1))
    make("Over", **over)
    make("Long ago", **long_ago)
    make("On air", other, status="live", started_at=now - timedelta(hours=1))
    make("Missed", status="expired", scheduled_start_time=now - timedelta(days=2))
    make("Deleted", deleted_at=now)
    make("Elsewhere", other_tenant.room)
    return other


def titles(host, **query):
    reply = client_for(host).get(ADDRESS, query)
    assert_matches_schema(reply)
    return [session["title"] for session in reply.json()["data"]["sessions"]]


def test_all_rooms_are_listed_by_date(everything, host):
    latest = ["Äpfel", "birnen 100%", "On air", "Missed", "Over", "Long ago"]
    assert titles(host) == latest
    assert titles(host, sort="date") == latest[::-1]
    assert titles(host, sort="title")[:2] == ["birnen 100%", "Long ago"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "OVER"}, ["Over"]),
        ({"q": "äPF"}, ["Äpfel"]),
        ({"q": "100%"}, ["birnen 100%"]),
        ({"q": "%"}, ["birnen 100%"]),
        ({"q": "ä.*"}, []),
        ({"q": "nothing"}, []),
        ({"q": "x" * 10_000}, []),
        ({"status": "ended"}, ["Over", "Long ago"]),
        ({"status": "scheduled", "q": "birnen"}, ["birnen 100%"]),
    ],
)
def test_search_and_filters_narrow_it(query, found, everything, host):
    assert titles(host, **query) == found


def test_a_room_narrows_it_and_pages_go_through_it(everything, host, other_tenant):
    assert titles(host, room_id=str(everything.pk)) == ["birnen 100%", "On air"]
    assert titles(host, room_id=str(other_tenant.room.pk)) == []
    assert titles(host, limit="2", page="2") == ["On air", "Missed"]


@pytest.mark.parametrize("query", [{"status": "open"}, {"room_id": "x"}, {"sort": "length"}, {"page": "0"}])
def test_what_is_no_filter_is_422(query, host):
    reply = client_for(host).get(ADDRESS, query)
    assert (reply.status_code, refused_fields(reply)) == (422, list(query))


def test_the_page_finds_filters_and_keeps_its_filters_through_the_pages(everything, host, room, browse):  # noqa: F811
    client = browse(host)
    page = client.get("/sessions", {"q": "äpf", "status": "scheduled"})
    assert [session.title for session in page.context["page"].object_list] == ["Äpfel"]
    assert 'value="äpf"' in text_of(page)
    assert "No sessions match" in text_of(client.get("/sessions", {"q": "nothing"}))
    wrong = client.get("/sessions", {"status": "open", "room": "x", "sort": "?", "page": "x", "q": "x" * 10_000})
    assert (wrong.status_code, wrong.context["page"].paginator.count) == (200, 6)
    assert set(wrong.context["form"].errors) == {"status", "room", "sort", "q"}
    for number in range(20):
        Session.objects.create(room=room, preset=host.presets.get(), title=f"Talk & more {number}")
    text = text_of(client.get("/sessions?q=talk+%26+&page=1"))
    assert 'href="?q=talk+%26+&amp;page=2"' not in text  # twenty fit on one page
    Session.objects.create(room=room, preset=host.presets.get(), title="Talk & more")
    assert 'href="?q=talk+%26+&amp;page=2"' in text_of(client.get("/sessions?q=talk+%26+&page=1"))


def test_the_page_costs_the_same_for_one_and_for_many(session, host, room, preset, browse, django_assert_num_queries):  # noqa: F811
    client = browse(host)
    client.get("/sessions")
    with django_assert_num_queries(5):
        client.get("/sessions")
    for number in range(8):
        Session.objects.create(room=room, preset=preset, title=f"Talk {number}")
    with django_assert_num_queries(5):
        client.get("/sessions")


def test_figures_count_people_once_and_look_back_30_days(everything, host, guest, member):
    sessions = {session.title: session for session in Session.objects.all()}
    now = timezone.now()
    crew = User.objects.create_user(username="Crew", is_guest=True)
    for title, user, days, fields in (
        ("Over", guest, 3, {"join_count": 1}),
        ("On air", guest, 0, {"join_count": 2}),
        ("On air", member, 0, {"join_count": 1}),
        ("Long ago", crew, 40, {"join_count": 1}),
        ("Over", crew, 3, {"join_count": 1, "is_attendee": False}),
    ):
        Attendance.objects.create(session=sessions[title], user=user, joined_at=now - timedelta(days=days), **fields)
    data = client_for(host).get(f"{API}/sessions/stats").json()["data"]
    assert {name: data[name] for name in ("total_sessions", "live_now", "scheduled", "ended")} == {
        "total_sessions": 6, "live_now": 1, "scheduled": 2, "ended": 2,
    }  # fmt: skip
    assert data["people_reached_30_days"] == 2
    assert data["seconds_on_air_30_days"] // 60 == 180
