"""GET /sessions/{id}/attendance, …/stats, …/export."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sessions.models import Session, SessionRole
from tests.conftest import API

PATHS = ["attendance", "attendance/stats", "attendance/export"]


def get(api, user, session, path="attendance", **query):
    return api(user).get(f"{API}/sessions/{session.pk}/{path}", query)


def body(response):
    return b"".join(response)


@pytest.mark.parametrize("path", PATHS)
def test_only_who_leads_the_session_reads_it(api, evening, host, member, guest, stranger, path):
    evening.join(guest, 0)
    SessionRole.objects.create(session_id=evening.pk, user=member, role="moderator", assigned_by=host)
    session = evening.session
    answers = {user.username if user else None: get(api, user, session, path) for user in (None, guest, member, host)}
    statuses = [answer.status_code for answer in answers.values()]
    assert statuses == [401, 403, 403, 200]
    assert b"Grace" not in b"".join(answer.content for answer in list(answers.values())[:3])
    assert b"".join(answers["acme owner"])
    SessionRole.objects.update(role="co_host")
    answer = get(api, member, session, path)
    assert (answer.status_code, b"".join(answer) != b"") == (200, True)


@pytest.mark.parametrize("path", PATHS)
def test_hosts_of_others_do_not_see_a_private_session(api, evening, room, stranger, guest, path):
    evening.join(guest, 0)
    session = evening.session
    assert get(api, stranger, session, path).status_code == 403
    room.visibility = "private"
    room.save()
    answer = get(api, stranger, session, path)
    assert (answer.status_code, b"Grace" in answer.content) == (404, False)


def test_the_list_says_who_came_and_for_how_long(api, evening, host, guest):
    evening.join(host, 0, role="host")
    evening.join(guest, 10)
    evening.leave(guest, 30)
    evening.join(guest, 60)
    evening.at(75)
    data = get(api, host, evening.session).json()["data"]
    row = data["attendance"][0]
    assert {key: value for key, value in data.items() if key != "attendance"} == {
        "total": 1,
        "currently_watching": 1,
        "page": 1,
        "limit": 100,
    }
    assert row.pop("id")
    assert row == {
        "session_id": str(evening.pk),
        "user_id": str(guest.pk),
        "username": "Grace",
        "email": None,
        "is_guest": True,
        "joined_at": "2026-05-04T09:30:10.000000Z",
        "left_at": None,
        "last_seen_at": "2026-05-04T09:31:00.000000Z",
        "watch_duration": 35,
        "join_count": 2,
    }
    evening.end(100)
    row = get(api, host, evening.session).json()["data"]["attendance"][0]
    assert (row["watch_duration"], row["left_at"], row["join_count"]) == (60, "2026-05-04T09:31:40.000000Z", 2)


def test_pages_follow_each_other_and_an_empty_one_ends_them(api, evening, host, people):
    for number, guest in enumerate(people(3)):
        evening.join(guest, number)
    names = []
    for page in (1, 2, 3):
        data = get(api, host, evening.session, page=page, limit=2).json()["data"]
        names.append([row["username"] for row in data["attendance"]])
        assert data["total"] == 3
    assert names == [["Guest 0", "Guest 1"], ["Guest 2"], []]
    assert get(api, host, evening.session, limit=101).status_code == 422


def test_addresses_are_for_the_host_and_colleagues(api, evening, host, guest, stranger, member, other_tenant):
    evening.join(stranger, 0)
    evening.join(member, 1)
    SessionRole.objects.create(session_id=evening.pk, user=other_tenant.member, role="co_host", assigned_by=host)
    session = evening.session
    seen = {
        viewer.username: [row["email"] for row in get(api, viewer, session).json()["data"]["attendance"]]
        for viewer in (host, other_tenant.member)
    }
    assert seen == {
        "acme owner": ["owner@globex.example", "member@acme.example"],
        "globex member": ["owner@globex.example", None],
    }
    exported = json.loads(body(get(api, other_tenant.member, session, "attendance/export", format="json")))
    assert [row["email"] for row in exported] == ["owner@globex.example", None]


@pytest.mark.parametrize("path", ["attendance", "attendance/stats", "attendance/export"])
def test_the_cost_does_not_grow_with_the_people(api, evening, host, people, path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            response = get(api, host, evening.session, path)
            if response.streaming:
                body(response)
        return len(queries)

    guests = people(3)
    evening.join(guests[0], 0)
    one = cost()
    for guest in guests[1:]:
        evening.join(guest, 1)
    assert cost() == one


def test_the_numbers(api, evening, host, people):
    guests = people(2)
    evening.join(guests[0], 0)
    evening.join(guests[1], 10)
    evening.leave(guests[1], 20)
    evening.at(20)
    assert get(api, host, evening.session, "attendance/stats").json()["data"] == {
        "total_attendees": 2,
        "currently_watching": 1,
        "peak_viewers": 2,
        "average_watch_duration": 15,
        "timeline": [
            {"at": "2026-05-04T09:30:00.000000Z", "viewers": 1},
            {"at": "2026-05-04T09:30:10.000000Z", "viewers": 2},
            {"at": "2026-05-04T09:30:20.000000Z", "viewers": 1},
        ],
    }


NAMES = ['=HYPERLINK("https://evil.example","Prize")', "Zoë 李雷", "-Anna, die 1.", "\u202eevil"]


def test_names_come_out_of_an_export_as_they_are_and_run_nothing(api, evening, host):
    for number, name in enumerate(NAMES):
        evening.join(User.objects.create_user(username=name, is_guest=True), number)
    evening.end(100)
    response = get(api, host, evening.session, "attendance/export")
    assert response["Content-Disposition"] == 'attachment; filename="attendance-launch.csv"'
    rows = list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))
    assert [row["username"] for row in rows] == [f"'{NAMES[0]}", NAMES[1], f"'{NAMES[2]}", NAMES[3]]
    first = rows[0]
    assert (first["joined_at (UTC)"], first["join_count"]) == ("2026-05-04T09:30:00Z", "1")
    assert first["watch_duration (seconds)"] == "100"
    assert {"left_at (UTC)", "last_seen_at (UTC)"} < set(first)
    exported = json.loads(body(get(api, host, evening.session, "attendance/export", format="json")))
    assert [row["username"] for row in exported] == NAMES
    assert (exported[0]["joined_at"], exported[0]["watch_duration"]) == ("2026-05-04T09:30:00.000000Z", 100)
    workbook = body(get(api, host, evening.session, "attendance/export", format="xlsx"))
    assert workbook[:2] == b"PK"


def test_an_unknown_format_is_invalid(api, evening, host):
    reply = get(api, host, evening.session, "attendance/export", format="pdf")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "format")


def test_other_sessions_are_not_in_it(api, evening, room, preset, host, guest, stranger):
    evening.join(guest, 0)
    evening.end(10)
    other = Session.objects.create(room=room, preset=preset, title="Other")
    assert get(api, host, other).json()["data"]["attendance"] == []
    assert get(api, host, other, "attendance/stats").json()["data"]["total_attendees"] == 0
    assert len(json.loads(body(get(api, host, other, "attendance/export", format="json")))) == 0
