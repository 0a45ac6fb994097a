"""GET /sessions/{id}/waiting."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from sessions.models import Presence, SessionRole
from tests.conftest import API


def waiting(api, user, session):
    return api(user).get(f"{API}/sessions/{session.pk}/waiting")


def wait(session, *names, source="socket", role="audience"):
    users = [User.objects.create_user(username=name, is_guest=True) for name in names]
    Presence.objects.bulk_create([Presence(session=session, user=user, source=source, role=role) for user in users])
    return users


def test_the_crew_reads_who_waits_in_order_of_arrival_each_once(api, session, host):
    zoe, _ada = wait(session, "Zoe", "Ada")
    Presence.objects.create(session=session, user=zoe, source="another tab")
    wait(session, "Sam", role="speaker")
    [gone] = wait(session, "Gone")
    gone.presences.update(seen_at=timezone.now() - settings.PRESENCE_TIMEOUT - timedelta(seconds=1))
    data = waiting(api, host, session).json()["data"]
    assert ([person["username"] for person in data["people"]], data["total"]) == (["Zoe", "Ada"], 2)
    assert data["people"][0]["user_id"] == str(zoe.pk)


def test_a_crowd_is_counted_and_the_first_hundred_are_named(api, session, host):
    wait(session, *(f"Guest {number:03}" for number in range(130)))
    data = waiting(api, host, session).json()["data"]
    assert (len(data["people"]), data["people"][99]["username"], data["total"]) == (100, "Guest 099", 130)


def test_only_the_crew_reads_it(api, session, host, guest, stranger):
    wait(session, "Zoe")
    assert [waiting(api, user, session).status_code for user in (guest, stranger, None)] == [403, 403, 401]
    for role, status in (("speaker", 403), ("moderator", 200)):
        SessionRole.objects.filter(user=guest).delete()
        SessionRole.objects.create(session=session, user=guest, role=role, assigned_by=host)
        assert waiting(api, guest, session).status_code == status


def test_nobody_waits_once_it_is_live(api, live_session, host):
    wait(live_session, "Zoe")
    assert waiting(api, host, live_session).json()["data"] == {"people": [], "total": 0}
