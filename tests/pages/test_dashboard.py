"""The host's first page."""

from datetime import timedelta

from django.utils import timezone

from rooms.models import Room
from sessions.models import Session
from tests.pages.conftest import text_of


def test_a_new_host_is_shown_the_first_steps(browse, stranger):
    text = text_of(browse(stranger).get("/dashboard"))
    assert "Your first webinar" in text
    assert "Nothing is scheduled" not in text


def test_what_is_live_or_rehearsing_can_be_resumed(browse, host, live_session, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Rehearsing", backstage_opened_at=timezone.now())
    text = text_of(browse(host).get("/dashboard"))
    assert text.count("Resume") == 2
    for session in (live_session, other):
        assert f'href="/sessions/{session.pk}/studio"' in text
    part = text_of(browse(host).get("/dashboard/running"))
    assert part.count("Resume") == 2
    assert "<html" not in part


def test_the_next_session_stands_first_and_the_latest_past_one(browse, host, room, preset, session):
    now = timezone.now()
    Session.objects.create(room=room, preset=preset, title="Sooner", scheduled_start_time=now + timedelta(hours=2))
    for days in (9, 3):
        Session.objects.create(
            room=room,
            preset=preset,
            title=f"{days} days ago",
            status="ended",
            started_at=now - timedelta(days=days, hours=1),
            ended_at=now - timedelta(days=days),
        )
    dashboard = browse(host).get("/dashboard").context["dashboard"]
    assert [found.title for found in dashboard.upcoming] == ["Sooner", "Launch"]
    assert [found.title for found in dashboard.recent] == ["3 days ago", "9 days ago"]
    assert dashboard.running == []


def test_deleted_sessions_and_rooms_are_gone(browse, host, session, room):
    Session.objects.filter(pk=session.pk).update(deleted_at=timezone.now())
    assert browse(host).get("/dashboard").context["dashboard"].is_new
    Session.objects.filter(pk=session.pk).update(deleted_at=None)
    Room.objects.filter(pk=room.pk).update(deleted_at=timezone.now())
    assert browse(host).get("/dashboard").context["dashboard"].is_new


def test_the_number_of_queries_does_not_grow(browse, host, session, room, preset, django_assert_num_queries):
    client = browse(host)
    client.get("/dashboard")
    with django_assert_num_queries(7) as few:
        client.get("/dashboard")
    for number in range(3):
        Session.objects.create(room=room, preset=preset, title=f"More {number}")
    with django_assert_num_queries(len(few)):
        client.get("/dashboard")
