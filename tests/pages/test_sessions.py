"""A session's page, planning another one, moving and deleting it, and the colours of the audience's pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.colors import contrast, parse
from rooms.models import Preset, Room
from sessions.models import Session
from tests.pages.conftest import text_of


@pytest.mark.parametrize(
    ("status", "badge", "action"),
    [
        ("scheduled", "Scheduled", "Open studio"),
        ("live", "Live", "Resume"),
        ("ended", "Ended", "Schedule another session"),
        ("expired", "Did not take place", "Set a new date"),
    ],
)
def test_the_page_says_where_the_session_stands_and_offers_the_next_step(status, badge, action, browse, host, session):
    started = timezone.now() if status in {"live", "ended"} else None
    Session.objects.filter(pk=session.pk).update(status=status, started_at=started, ended_at=started)
    text = text_of(browse(host).get(f"/sessions/{session.pk}"))
    assert f">{badge}</span>" in text
    assert action in text
    assert ("Reschedule" in text) == (status in {"scheduled", "expired"})
    assert ('data-dialog="delete-session"' in text) == (status != "live")
    assert ("js/session/session_page.js" in text) == (status != "ended")


def test_another_session_is_planned_in_the_same_room(browse, host, room, preset):
    data = {
        "title": "Second one",
        "scheduled_start_time": "2031-07-07T15:00",
        "planned_duration": "45",
        "preset_id": str(preset.pk),
        "time_zone": "Europe/Berlin",
    }
    response = browse(host).post(f"/rooms/{room.pk}/sessions/new", data)
    session = Session.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}")
    assert (session.room, session.preset, session.planned_duration) == (room, preset, 45)
    assert session.scheduled_start_time == datetime(2031, 7, 7, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"planned_duration": "1441"}, "planned_duration"),
        ({"preset_id": "00000000-0000-7000-8000-000000000000"}, "preset_id"),
        ({"scheduled_start_time": "2020-01-01T10:00"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2031-03-30T02:30", "time_zone": "Europe/Berlin"}, "scheduled_start_time"),
    ],
)
def test_wrong_input_plans_nothing(changes, field, browse, host, room, preset):
    data = {"title": "Second one", "planned_duration": "45", "preset_id": str(preset.pk), **changes}
    response = browse(host).post(f"/rooms/{room.pk}/sessions/new", data)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert Session.objects.count() == 0


def test_a_session_is_moved(browse, host, session):
    data = {"scheduled_start_time": "2031-07-07T15:00", "time_zone": "Asia/Tokyo"}
    response = browse(host).post(f"/sessions/{session.pk}/reschedule", data)
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}")
    session.refresh_from_db()
    assert session.scheduled_start_time == datetime(2031, 7, 7, 6, 0, tzinfo=UTC)


def test_a_session_is_not_moved_into_the_past(browse, host, session):
    before = session.scheduled_start_time
    data = {"scheduled_start_time": "2020-07-07T15:00", "time_zone": "UTC"}
    response = browse(host).post(f"/sessions/{session.pk}/reschedule", data)
    assert list(response.context["form"].errors) == ["scheduled_start_time"]
    session.refresh_from_db()
    assert session.scheduled_start_time == before


def test_a_live_session_is_not_moved_and_says_why(browse, host, live_session):
    data = {"scheduled_start_time": "2031-07-07T15:00", "time_zone": "UTC"}
    response = browse(host).post(f"/sessions/{live_session.pk}/reschedule", data)
    assert response.context["form"].non_field_errors() == ["The webinar is live. End it first."]


def test_a_session_is_deleted_and_the_room_stays(browse, host, session, room):
    client = browse(host)
    assert client.get(f"/sessions/{session.pk}/delete").status_code == 200
    response = client.post(f"/sessions/{session.pk}/delete")
    assert (response.status_code, response["Location"]) == (302, f"/rooms/{room.pk}")
    assert client.get(f"/sessions/{session.pk}").status_code == 404
    assert client.get(f"/rooms/{room.pk}").status_code == 200


def test_a_live_session_stays_and_says_why(browse, host, live_session):
    response = browse(host).post(f"/sessions/{live_session.pk}/delete", follow=True)
    assert response.redirect_chain == [(f"/sessions/{live_session.pk}", 302)]
    assert "The webinar is live. End it first." in text_of(response)


def colors_of(stylesheet: str) -> tuple[dict[str, str], dict[str, str]]:
    """The light and the dark colours of the stylesheet as {property: value}."""
    found = re.findall(r"^  (--[a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);$", stylesheet, re.MULTILINE)
    return {name: light for name, light, _ in found}, {name: dark for name, _, dark in found}


@pytest.mark.parametrize("color", ["#1d4ed8", "#ffffff", "#000000", "#ffd400", "#7f7f7f", "#00ff00", "#ff0000"])
def test_every_colour_of_a_preset_stays_readable_in_both_themes(color, browse, room, session, preset):
    Preset.objects.filter(pk=preset.pk).update(primary_color=color)
    response = browse().get(f"/w/{room.slug}/theme.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    light, dark = colors_of(text_of(response))
    for found, page in ((light, ("#ffffff", "#f6f7f9", "#eff1f5")), (dark, ("#151b25", "#0d1117", "#0f141c"))):
        assert found["--accent"] == color
        for background in ("--accent", "--accent-hover"):
            assert contrast(parse(found["--on-accent"]), parse(found[background])) >= 4.5
        for behind in (*page, found["--accent-soft"]):
            assert contrast(parse(found["--accent-text"]), parse(behind)) >= 4.5


def test_a_session_that_went_live_keeps_the_colour_it_had(browse, room, session, preset):
    Session.objects.filter(pk=session.pk).update(preset_copy={"primary_color": "#00aa00"})
    Preset.objects.filter(pk=preset.pk).update(primary_color="#ff00ff")
    assert "--accent: light-dark(#00aa00, #00aa00);" in text_of(browse().get(f"/w/{room.slug}/{session.pk}/theme.css"))


def test_the_colours_of_a_private_room_are_not_for_strangers(browse, room, session, stranger):
    Room.objects.filter(pk=room.pk).update(visibility="private")
    for address in (f"/w/{room.slug}/theme.css", f"/w/{room.slug}/{session.pk}/theme.css"):
        assert [browse(who).get(address).status_code for who in (None, stranger, room.host)] == [404, 404, 200]


def test_a_session_of_another_room_has_no_colours_here(browse, room, other_tenant, session):
    assert browse().get(f"/w/{other_tenant.room.slug}/{session.pk}/theme.css").status_code == 404


def test_times_on_the_page_follow_the_account(browse, host, session):
    Session.objects.filter(pk=session.pk).update(scheduled_start_time=datetime(2031, 7, 7, 13, 0, tzinfo=UTC))
    host.time_zone = "Asia/Tokyo"
    host.save()
    client = browse(host)
    client.cookies["time_zone"] = "Europe/Berlin"
    assert "Monday, 7 July 2031, 22:00 UTC+09:00" in text_of(client.get(f"/sessions/{session.pk}"))


def test_planning_far_ahead_is_fine(browse, host, room, preset):
    moment = (timezone.now() + timedelta(days=700)).strftime("%Y-%m-%dT%H:%M")
    data = {"title": "Far", "scheduled_start_time": moment, "planned_duration": "45", "preset_id": str(preset.pk)}
    assert browse(host).post(f"/rooms/{room.pk}/sessions/new", data).status_code == 302
