"""The start page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.models import Room
from sessions.models import Session
from tests.pages.conftest import text_of


@pytest.fixture
def of_every_kind(room, preset):
    """Coming sessions in a public, an unlisted and a private room."""
    for visibility in ("public", "unlisted", "private"):
        place = Room.objects.create(
            host=room.host, library=room.library, slug=visibility, title=visibility, visibility=visibility
        )
        for number, status in enumerate(("scheduled", "live")):
            Session.objects.create(
                room=place,
                preset=preset,
                title=f"A {visibility} one, {status}",
                status=status,
                started_at=timezone.now() if status == "live" else None,
                scheduled_start_time=timezone.now() + timedelta(days=number + 1),
            )


@pytest.mark.parametrize("who", ["anonymous", "host"])
def test_only_public_webinars_are_listed_for_everyone(who, of_every_kind, browse, stranger):
    text = text_of(browse(stranger if who == "host" else None).get("/"))
    assert "A public one, scheduled" in text
    assert "A public one, live" in text
    assert "unlisted one" not in text
    assert "private one" not in text


def test_without_any_it_says_so(browse, db):
    assert "No public webinar is scheduled" in text_of(browse().get("/"))


def test_the_number_of_queries_does_not_grow(of_every_kind, browse, room, preset, django_assert_num_queries):
    client = browse()
    client.get("/")
    with django_assert_num_queries(4):
        client.get("/")
    for number in range(3):
        Session.objects.create(
            room=room, preset=preset, title=f"More {number}", scheduled_start_time=timezone.now() + timedelta(days=3)
        )
    with django_assert_num_queries(4):
        client.get("/")


def test_a_time_carries_its_zone_and_the_moment_in_utc(browse, room, preset):
    moment = timezone.now().replace(year=2031, month=1, day=7, hour=14, minute=5, second=0, microsecond=0)
    Session.objects.create(room=room, preset=preset, title="Later", scheduled_start_time=moment)
    client = browse()
    client.cookies["time_zone"] = "Europe/Berlin"
    text = text_of(client.get("/"))
    assert (
        '<time datetime="2031-01-07T14:05:00Z" data-style="short" title="Europe/Berlin">Tue 7 Jan 2031, 15:05 CET</time>'
        in text
    )
    client.cookies["time_zone"] = "Asia/Kolkata"
    assert "Tue 7 Jan 2031, 19:35 UTC+05:30" in text_of(client.get("/"))
    client.cookies["time_zone"] = "America/Sao_Paulo"
    assert "Tue 7 Jan 2031, 11:05 UTC-03:00" in text_of(client.get("/"))
    client.cookies["time_zone"] = "Mars/Olympus"
    assert "Tue 7 Jan 2031, 14:05 UTC" in text_of(client.get("/"))
