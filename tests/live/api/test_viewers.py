"""GET /sessions/{id}/viewers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from sessions.models import Attendance, Presence, SessionRole
from tests.conftest import API


def viewers(api, user, session, **query):
    return api(user).get(f"{API}/sessions/{session.pk}/viewers", query)


def come(session, *users, **fields):
    now = timezone.now()
    for number, user in enumerate(users):
        since = now - timedelta(seconds=30 - number)
        Attendance.objects.create(
            session=session, user=user, joined_at=since, join_count=1, **{"present_since": since, **fields}
        )


def names(reply):
    return [row["username"] for row in reply.json()["data"]["viewers"]]


def test_the_crew_sees_who_is_there_and_as_what(api, live_session, guest, member, host, stranger):
    SessionRole.objects.create(session=live_session, user=member, role="moderator", assigned_by=host)
    come(live_session, host, guest)
    come(live_session, stranger, present_since=None)  # has gone
    come(live_session, member)
    reply = viewers(api, member, live_session)
    data = reply.json()["data"]
    assert set(data["viewers"][0]) == {"id", "user_id", "username", "joined_at", "role"}
    assert {row["username"]: row["role"] for row in data["viewers"]} == {
        "acme owner": "host",
        "acme member": "moderator",
        "Grace": "audience",
    }
    assert (data["total"], b"globex" in reply.content, b"@" in reply.content) == (3, False, False)


def test_the_audience_sees_it_only_where_the_preset_says_so(api, live_session, preset, guest, stranger, room):
    come(live_session, guest, stranger)
    assert viewers(api, None, live_session).status_code == 401
    refused = viewers(api, guest, live_session)
    assert (refused.status_code, b"globex" in refused.content) == (403, False)
    preset.audience_can_see_participants = True
    preset.save()
    assert names(viewers(api, guest, live_session)) == ["Grace", "globex owner"]
    outsider = User.objects.create_user(username="Outside", is_guest=True)
    assert viewers(api, outsider, live_session).status_code == 403
    room.visibility = "private"
    room.save()
    assert viewers(api, outsider, live_session).status_code == 404


def test_in_the_rehearsal_it_is_who_is_backstage(api, session, host, member):
    come(session, host, member, present_since=None)
    Presence.objects.create(session=session, user=host, source="socket:x", role="host")
    assert names(viewers(api, host, session)) == ["acme owner"]


def test_pages(api, live_session, host, guest, stranger, member):
    come(live_session, guest, stranger, member)
    pages = [viewers(api, host, live_session, page=page, limit=2) for page in (1, 2, 3)]
    assert [names(page) for page in pages] == [["Grace", "globex owner"], ["acme member"], []]
    assert {page.json()["data"]["total"] for page in pages} == {3}
    assert viewers(api, host, live_session, page=0).status_code == 422


@pytest.mark.parametrize("number", [3])
def test_the_cost_is_the_same_for_one_and_for_many(api, live_session, host, number):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            viewers(api, host, live_session)
        return len(queries)

    come(live_session, User.objects.create_user(username="g", is_guest=True))
    one = cost()
    come(live_session, *(User.objects.create_user(username=f"g{n}", is_guest=True) for n in range(number)))
    assert cost() == one
