"""POST /sessions/{id}/leave."""

import pytest
from django.db import transaction

from sessions.livekit import identities
from sessions.models import Attendance, Presence, SessionRole, StageMember
from sessions.people import roles
from stage.models import HandRaise
from tests.conftest import API, as_person
from tests.livekit import until


def leave(api, user, session):
    return api(user).post(f"{API}/sessions/{session.pk}/leave")


def test_only_who_came_in_leaves(api, live_session, room, guest, stranger):
    assert leave(api, None, live_session).status_code == 401
    assert leave(api, guest, live_session).status_code == 403
    room.visibility = "private"
    room.save()
    assert leave(api, stranger, live_session).status_code == 404


def test_the_stay_ends_and_nothing_is_left_on_stage(api, live_session, guest, member, host):
    SessionRole.objects.create(session=live_session, user=guest, role="speaker", assigned_by=host)
    with transaction.atomic():
        roles.record_join(live_session, guest)
    for user in (guest, member):
        assert api(user).post(f"{API}/sessions/{live_session.pk}/join", {"as": "audience"}).status_code == 200
        HandRaise.objects.create(session=live_session, user=user)
    StageMember.objects.create(session=live_session, user=guest)
    for _ in range(2):  # repeating it is harmless
        assert leave(api, guest, live_session).json()["data"]["message"]
    gone, there = Attendance.objects.get(user=guest), Attendance.objects.get(user=member)
    assert (gone.present_since, gone.left_at is None, there.present_since is None) == (None, False, False)
    assert list(Presence.objects.values_list("user", flat=True)) == [member.pk]
    assert not StageMember.objects.filter(left_stage_at=None).exists()
    assert list(HandRaise.objects.filter(taken_back_at=None).values_list("user", flat=True)) == [member.pk]
    assert SessionRole.objects.get().left_at == gone.left_at
    # Coming back is allowed, and another visit.
    assert api(guest).post(f"{API}/sessions/{live_session.pk}/join", {"as": "audience"}).status_code == 200
    assert (Attendance.objects.get(user=guest).join_count, SessionRole.objects.get().left_at) == (2, None)


def test_whoever_left_may_leave_again_after_the_end(api, live_session, guest, host):
    api(guest).post(f"{API}/sessions/{live_session.pk}/join", {})
    api(host).post(f"{API}/sessions/{live_session.pk}/end", {})
    assert leave(api, guest, live_session).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_their_media_connections_close_and_no_others(api, livekit, live_session, guest, member, clients):
    from media.livekit import client as port

    port.ensure_room(live_session.media_room)
    for user in (guest, member):
        api(user).post(f"{API}/sessions/{live_session.pk}/join", {})
    clients.connect(identities.audience_token(live_session, as_person(guest)))
    clients.connect(identities.audience_token(live_session, as_person(guest)))
    clients.connect(identities.audience_token(live_session, as_person(member)))

    def owners():
        people = port.list_participants(live_session.media_room)
        return sorted(str(identities.read_identity(person.identity).user_id) for person in people)

    until(lambda: len(owners()) == 3, "three connections")
    assert leave(api, guest, live_session).status_code == 200
    until(lambda: owners() == [str(member.pk)], "only the other is left")
