"""One form makes room, session and the preset's use."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rooms.models import Preset, Room
from sessions.models import Session
from tests.pages.conftest import text_of

ADDRESS = "/webinars/new"
DETAILS = {"visibility": "unlisted", "planned_duration": "60", "time_zone": "UTC"}


def test_a_title_is_enough_and_leads_to_the_studio(browse, stranger, other_tenant):
    response = browse(stranger).post(ADDRESS, {"title": "Hello world", "when": "now", **DETAILS})
    session = Session.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}/studio")
    assert (session.title, session.status, session.scheduled_start_time) == ("Hello world", "scheduled", None)
    assert (session.room.host, session.room.visibility, session.room.library) == (
        stranger,
        "unlisted",
        other_tenant.library,
    )
    assert session.preset == other_tenant.preset


def test_without_a_preset_a_standard_one_is_made(browse, host):
    Preset.objects.all().delete()
    data = {"title": "Hello world", "when": "now", **DETAILS, "preset_id": ""}
    browse(host).post(ADDRESS, data)
    preset = Preset.objects.get()
    assert (preset.name, preset.is_default, preset.user) == ("Standard", True, host)


def test_a_date_is_meant_in_the_zone_that_the_page_showed(browse, host, preset):
    data = {
        "title": "In winter",
        "when": "later",
        "scheduled_start_time": "2031-01-07T15:05",
        "description": "Bring coffee.",
        "visibility": "public",
        "planned_duration": "90",
        "preset_id": str(preset.pk),
        "time_zone": "America/New_York",
    }
    response = browse(host).post(ADDRESS, data)
    session = Session.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}")
    assert session.scheduled_start_time == datetime(2031, 1, 7, 20, 5, tzinfo=UTC)
    assert (session.planned_duration, session.description) == (90, "Bring coffee.")
    assert session.room.visibility == "public"


def local(client, time, zone="Europe/Berlin", **more):
    data = {"title": "At night", "when": "later", "scheduled_start_time": time, **DETAILS, "time_zone": zone, **more}
    return client.post(ADDRESS, data | {"preset_id": str(Preset.objects.get().pk)})


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [
        ("Europe/Berlin", "2027-03-28T02:30"),
        ("America/Sao_Paulo", "2018-11-04T00:00"),
        ("Australia/Lord_Howe", "2027-10-03T02:15"),
    ],
)
def test_an_hour_that_the_clocks_skip_is_refused_with_a_sentence(zone, skipped, browse, host, preset):
    text = text_of(local(browse(host), skipped, zone))
    assert f"has no {skipped[-5:]}. Choose another time." in text
    assert not Session.objects.exists()


def test_of_an_hour_that_the_clocks_show_twice_the_host_says_which_is_meant(browse, host, preset):
    client, time = browse(host), "2027-10-31T02:30"
    text = text_of(local(client, time))
    assert "Europe/Berlin has 02:30 twice. Choose which of the two is meant." in text
    assert "The first 02:30 (CEST, UTC+02:00)" in text
    assert "The second 02:30 (CET, UTC+01:00)" in text
    assert not Session.objects.exists()
    for which, hour in (("first", 0), ("second", 1)):
        local(client, time, which_hour=which)
        assert Session.objects.latest("pk").scheduled_start_time == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
    local(client, "2027-10-31T04:30", which_hour="second")
    assert Session.objects.latest("pk").scheduled_start_time == datetime(2027, 10, 31, 3, 30, tzinfo=UTC)


def test_the_form_names_the_zone_of_the_browser(browse, host):
    client = browse(host)
    client.cookies["time_zone"] = "Europe/Berlin"
    text = text_of(client.get(ADDRESS))
    assert 'name="time_zone" value="Europe/Berlin"' in text
    host.time_zone = "Asia/Tokyo"
    host.save()
    assert 'name="time_zone" value="Asia/Tokyo"' in text_of(client.get(ADDRESS))


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"title": "ab"}, "title", "Use at least 3 characters."),
        ({"title": "a" * 256}, "title", "Use at most 255 characters."),
        ({"when": "later"}, "scheduled_start_time", "Choose a date and time."),
        (
            {"when": "later", "scheduled_start_time": "2020-01-01T10:00"},
            "scheduled_start_time",
            "This time has passed. Choose a time in the future.",
        ),
        (
            {"when": "later", "scheduled_start_time": "soon"},
            "scheduled_start_time",
            "Enter a date and a time, such as 2027-12-24 18:00.",
        ),
        ({"when": "never"}, "when", "Select a valid choice. never is not one of the available choices."),
        (
            {"visibility": "secret"},
            "visibility",
            "Select a valid choice. secret is not one of the available choices.",
        ),
        ({"planned_duration": "0"}, "planned_duration", "Choose 1 or more."),
        (
            {"preset_id": "00000000-0000-7000-8000-000000000000"},
            "preset_id",
            "This preset does not exist any more. Choose another one.",
        ),
    ],
)
def test_wrong_input_is_said_at_its_field_and_nothing_is_made(changes, field, sentence, browse, host):
    rooms = Room.objects.count()
    response = browse(host).post(ADDRESS, {"title": "Fine title", "when": "now", **DETAILS, **changes})
    assert response.status_code == 200
    assert dict(response.context["form"].errors) == {field: [sentence]}
    assert (Room.objects.count(), Session.objects.count()) == (rooms, 0)


def test_the_preset_of_another_organization_cannot_be_used(browse, host, other_tenant):
    foreign = str(other_tenant.preset.pk)
    response = browse(host).post(ADDRESS, {"title": "Fine title", "when": "now", **DETAILS, "preset_id": foreign})
    assert list(response.context["form"].errors) == ["preset_id"]
    assert foreign not in text_of(browse(host).get(ADDRESS))


def test_a_time_typed_before_now_was_chosen_does_not_count(browse, host):
    data = {"title": "Fine title", "when": "now", **DETAILS, "scheduled_start_time": "2020-01-01T10:00"}
    assert browse(host).post(ADDRESS, data).status_code == 302
    assert Session.objects.get().scheduled_start_time is None


def test_a_host_without_a_library_reads_why_it_does_not_work(browse, host, tenant):
    tenant.organization.memberships.all().delete()
    why = "Your account belongs to no organization yet. Ask your administrator."
    Room.objects.all().delete()
    assert [why in text_of(browse(host).get(page)) for page in (ADDRESS, "/dashboard")] == [True, True]
    response = browse(host).post(ADDRESS, {"title": "Fine title", "when": "now", **DETAILS})
    assert response.context["form"].non_field_errors() == [why]
    assert Session.objects.count() == 0


def test_the_proposed_date_is_ahead(browse, host):
    proposed = browse(host).get(ADDRESS).context["form"]["scheduled_start_time"].initial
    assert timedelta(hours=23) < proposed - timezone.now() < timedelta(hours=26)
