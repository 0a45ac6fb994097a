"""Editing a session, duplicating it, and making a series of it."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from core.forms import ZonedForm
from polls.services import create_poll
from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Session, SessionRole
from sessions.people.services import invite
from tests.conftest import as_person
from tests.pages.conftest import text_of


def values_of(session, **changes):
    """What the form sends when nothing was changed, with ``changes``."""
    start = session.scheduled_start_time
    return {
        "title": session.title,
        "description": session.description,
        "scheduled_start_time": f"{start:%Y-%m-%dT%H:%M}" if start else "",
        "planned_duration": str(session.planned_duration),
        "preset_id": str(session.preset_id),
        "time_zone": "UTC",
        **changes,
    }


def edit(client, session, **changes):
    return client.post(f"/sessions/{session.pk}/edit", values_of(session, **changes))


def test_everything_can_be_changed_later(browse, host, session, preset, settings):
    settings.RTMP_URL = "rtmp://localhost/live"
    other = Preset.objects.create(user=host, library=preset.library, name="Quiet", type="whip", primary_color="#0f766e")
    response = edit(
        browse(host), session, title="Spring", description="Bring coffee.", planned_duration="90",
        preset_id=str(other.pk), mode="rtmp", scheduled_start_time="2031-07-07T15:00", time_zone="Asia/Tokyo",
    )  # fmt: skip
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}")
    session.refresh_from_db()
    found = (session.title, session.description, session.planned_duration, session.preset, session.mode)
    assert found == ("Spring", "Bring coffee.", 90, other, "rtmp")
    assert session.scheduled_start_time == datetime(2031, 7, 7, 6, 0, tzinfo=UTC)
    assert set(OutboxEvent.objects.values_list("type", flat=True)) == {
        "session.settings", "session.rescheduled", "rights.changed",
    }  # fmt: skip


@pytest.mark.parametrize("start", ["2031-10-26T00:30:17.123456Z", "2020-03-29T10:00:59Z", None])
def test_a_time_that_is_left_alone_stays_as_it_is(start, browse, host, session):
    """Also one that the zone has twice, or that has passed."""
    moment = datetime.fromisoformat(start) if start else None
    Session.objects.update(scheduled_start_time=moment)
    client = browse(host)
    client.cookies["time_zone"] = "Europe/Berlin"
    text = text_of(client.get(f"/sessions/{session.pk}/edit"))
    shown = re.search(r'name="scheduled_start_time" value="([^"]*)"', text)
    assert (shown is None) == (moment is None)
    typed = shown[1] if shown else ""
    response = edit(client, session, title="Spring", scheduled_start_time=typed, time_zone="Europe/Berlin")
    assert response.status_code == 302
    session.refresh_from_db()
    assert (session.title, session.scheduled_start_time) == ("Spring", moment)
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == ["session.settings"]


def test_a_date_is_taken_away_by_its_switch_and_set_again(browse, host, session):
    """What stands in the field does not count then, not even a time that there is not."""
    client = browse(host)
    assert edit(client, session, undated="on", scheduled_start_time="soon").status_code == 302
    session.refresh_from_db()
    assert (session.scheduled_start_time, session.status) == (None, "scheduled")
    page = text_of(client.get(f"/sessions/{session.pk}/edit"))
    assert re.search(r'name="undated"[^>]* checked', page)
    assert edit(client, session, scheduled_start_time="2031-07-07T15:00").status_code == 302
    session.refresh_from_db()
    assert session.scheduled_start_time == datetime(2031, 7, 7, 15, 0, tzinfo=UTC)
    kinds = OutboxEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(kinds) == ["session.rescheduled", "session.rescheduled"]


@pytest.mark.parametrize("status", ["scheduled", "expired"])
def test_a_session_is_moved_to_no_date_on_the_page_for_that(browse, host, session, status):
    Session.objects.update(status=status)
    client = browse(host)
    without = client.post(f"/sessions/{session.pk}/reschedule", {"scheduled_start_time": "", "time_zone": "UTC"})
    assert "Choose a date and time, or “No date”." in text_of(without)
    response = client.post(f"/sessions/{session.pk}/reschedule", {"undated": "on", "time_zone": "UTC"}, follow=True)
    assert "The session has no date now." in text_of(response)
    session.refresh_from_db()
    assert (session.scheduled_start_time, session.status) == (None, "scheduled")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", ""),
        ({"title": "x" * 10_000}, "title", "at most 255 characters"),
        ({"planned_duration": "1441"}, "planned_duration", ""),
        ({"preset_id": "00000000-0000-7000-8000-000000000000"}, "preset_id", "does not exist any more"),
        ({"preset_id": "foreign"}, "preset_id", "does not exist any more"),
        ({"scheduled_start_time": ""}, "scheduled_start_time", ""),
        ({"scheduled_start_time": "soon"}, "scheduled_start_time", "Enter a date and a time"),
        ({"scheduled_start_time": "0001-01-01T00:00"}, "scheduled_start_time", "Check the year"),
        ({"scheduled_start_time": "2020-01-01T10:00"}, "scheduled_start_time", "in the future"),
        ({"scheduled_start_time": "2031-03-30T02:30"}, "scheduled_start_time", "has no 02:30"),
        ({"scheduled_start_time": "2031-10-26T02:30"}, "scheduled_start_time", "02:30 twice"),
        ({"scheduled_start_time": "2099-01-01T10:00"}, "scheduled_start_time", "in the year 2099. Is that right?"),
    ],
)
def test_wrong_input_keeps_the_form_with_its_values(changes, field, words, browse, host, session, other_tenant):
    if changes.get("preset_id") == "foreign":
        changes = {"preset_id": str(other_tenant.preset.pk)}
    response = edit(
        browse(host), session, **{"description": "Half a page of words", "time_zone": "Europe/Berlin", **changes}
    )
    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (200, [field])
    assert words in str(form.errors[field])
    assert "Half a page of words" in text_of(response)
    session.refresh_from_db()
    assert session.description == ""


def test_a_date_far_away_is_taken_once_it_was_confirmed(browse, host, session):
    client = browse(host)
    asked = edit(client, session, scheduled_start_time="2099-01-01T10:00")
    yes = asked.context["form"].far_date
    assert f'name="far_date" value="{yes}"' in text_of(asked)
    other = edit(client, session, scheduled_start_time="2098-01-01T10:00", far_date=yes)
    assert other.status_code == 200
    assert edit(client, session, scheduled_start_time="2099-01-01T10:00", far_date=yes).status_code == 302
    session.refresh_from_db()
    assert session.scheduled_start_time == datetime(2099, 1, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("status", "words"), [("live", "is live"), ("ended", "has ended")])
def test_once_it_was_live_the_form_has_title_and_description_alone(status, words, browse, host, session):
    now = timezone.now()
    Session.objects.update(status=status, started_at=now, ended_at=now if status == "ended" else None)
    client = browse(host)
    response = client.get(f"/sessions/{session.pk}/edit")
    assert set(response.context["form"].fields) - set(ZonedForm.base_fields) == {"title", "description"}
    assert f"The session {words}" in text_of(response)
    assert edit(client, session, title="Corrected", planned_duration="5").status_code == 302
    session.refresh_from_db()
    assert (session.title, session.planned_duration) == ("Corrected", 60)


def test_a_co_host_edits_without_moving_it(browse, host, session, guest, member):
    SessionRole.objects.create(session=session, user=guest, role="co_host", assigned_by=host)
    client = browse(guest)
    assert "scheduled_start_time" not in client.get(f"/sessions/{session.pk}/edit").context["form"].fields
    response = edit(client, session, title="Spring", scheduled_start_time="2031-07-07T15:00")
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}/people")
    assert client.get(response["Location"]).status_code == 200
    before = session.scheduled_start_time
    session.refresh_from_db()
    assert (session.title, session.scheduled_start_time) == ("Spring", before)
    assert browse(member).get(f"/sessions/{session.pk}/edit").status_code == 403


def test_an_expired_session_with_a_deleted_preset_can_still_be_edited(browse, host, session, preset):
    Session.objects.update(status="expired")
    Preset.objects.update(deleted_at=timezone.now())
    assert edit(browse(host), session, title="Spring").status_code == 302


def test_a_duplicate_is_made_and_shown(browse, host, member, session, preset):
    SessionRole.objects.create(session=session, user=member, role="moderator", assigned_by=host)
    create_poll(actor=as_person(host), session=session, question="Which colour?", options=["red", "blue"])
    client = browse(host)
    text = text_of(client.get(f"/sessions/{session.pk}/duplicate"))
    assert "1 team member with an account" in text
    assert "1 prepared poll" in text
    assert 'name="invite"' not in text
    invite(actor=as_person(host), session=session, name="Ada", role="speaker")
    assert 'name="invite"' in text_of(client.get(f"/sessions/{session.pk}/duplicate"))
    data = {
        "title": "Again",
        "scheduled_start_time": "",
        "preset_id": str(preset.pk),
        "invite": "on",
        "time_zone": "UTC",
    }
    response = client.post(f"/sessions/{session.pk}/duplicate", data)
    made = Session.objects.exclude(pk=session.pk).get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{made.pk}")
    assert (made.title, made.roles.count(), made.polls.count(), made.invitations.count()) == ("Again", 1, 1, 1)
    refused = client.post(f"/sessions/{session.pk}/duplicate", {**data, "scheduled_start_time": "2020-01-01T10:00"})
    assert list(refused.context["form"].errors) == ["scheduled_start_time"]
    assert Session.objects.count() == 2


WEEKLY = {"first": "2031-03-16T02:30", "every": "week", "count": "3", "dates": "", "time_zone": "Europe/Berlin"}


def test_a_series_is_shown_before_it_is_made_with_what_the_clocks_do(browse, host, session):
    client = browse(host)
    address = f"/sessions/{session.pk}/series"
    shown = client.post(address, WEEKLY)
    form = shown.context["form"]
    assert [each.change for each in form.occurrences] == [None, None, "missing"]
    assert "Clocks go forward on this day: there is no 02:30" in text_of(shown)
    assert Session.objects.count() == 1
    changed = client.post(address, {**WEEKLY, "count": "4", "confirmed": form.token})
    assert (changed.status_code, Session.objects.count()) == (200, 1)
    made = client.post(address, {**WEEKLY, "confirmed": form.token})
    assert (made.status_code, made["Location"]) == (302, f"/sessions?room={session.room_id}&status=scheduled")
    starts = (
        Session.objects.exclude(pk=session.pk)
        .order_by("scheduled_start_time")
        .values_list("scheduled_start_time", flat=True)
    )
    assert [f"{start:%m-%d %H:%M}" for start in starts] == ["03-16 01:30", "03-23 01:30", "03-30 01:30"]
    assert "3 sessions were scheduled" in text_of(client.get(made["Location"]))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"count": "53"}, "count", "52"),
        ({"count": ""}, "count", ""),
        ({"first": ""}, "first", ""),
        ({"first": "2020-01-01T10:00"}, "first", "has passed"),
        ({"every": "year"}, "every", ""),
        ({"every": "dates"}, "dates", ""),
        ({"every": "dates", "dates": "2031-03-01\nnext week"}, "dates", "Line 2 is no date: “next week”"),
        ({"every": "dates", "dates": "2031-03-01\n\n2031-03-01"}, "dates", "at the same time"),
        ({"every": "dates", "dates": "2020-03-01"}, "dates", "has passed"),
        ({"every": "dates", "dates": "2099-03-01"}, "dates", "2099"),
        ({"every": "dates", "dates": "2031-03-01 18:00+01:00"}, "dates", "Line 1"),
        ({"every": "dates", "dates": "\n".join(["2031-03-01"] * 53)}, "dates", "at most 52"),
    ],
)
def test_what_is_no_series_is_said_at_its_field(changes, field, words, browse, host, session):
    response = browse(host).post(f"/sessions/{session.pk}/series", {**WEEKLY, **changes})
    errors = response.context["form"].errors
    assert (response.status_code, list(errors)) == (200, [field])
    assert words in str(errors[field])
    assert Session.objects.count() == 1


def test_a_series_on_dates_of_the_hosts_own(browse, host, session):
    client = browse(host)
    data = {
        **WEEKLY,
        "first": "2031-03-01T18:00",
        "every": "dates",
        "count": "",
        "dates": "2031-05-02\n2031-04-01 09:15\n",
    }
    form = client.post(f"/sessions/{session.pk}/series", data).context["form"]
    assert [f"{each.moment:%m-%d %H:%M}" for each in form.occurrences] == ["04-01 07:15", "05-02 16:00"]
    assert client.post(f"/sessions/{session.pk}/series", {**data, "confirmed": form.token}).status_code == 302
    assert Session.objects.count() == 3


def test_a_full_account_is_told_and_the_form_kept(browse, host, session, settings):
    client = browse(host)
    token = client.post(f"/sessions/{session.pk}/series", WEEKLY).context["form"].token
    settings.SESSIONS_PER_HOST = 3
    response = client.post(f"/sessions/{session.pk}/series", {**WEEKLY, "confirmed": token})
    assert response.status_code == 200
    assert "maximum number of sessions" in text_of(response)
    assert Session.objects.count() == 1


def test_pages_of_another_tenant_do_not_exist(browse, stranger, session):
    Room.objects.update(visibility="private")
    for what in ("edit", "duplicate", "series"):
        assert browse(stranger).get(f"/sessions/{session.pk}/{what}").status_code == 404
