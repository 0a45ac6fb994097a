"""Who may have captures: recordings come before HLS that viewers want, and nobody takes what is for the others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from hls import demand
from hls.models import HLSNeed
from media.models import Capture
from organizations.models import Membership
from rooms.models import Room
from sessions.models import Session
from tests.conftest import API, client_for
from tests.hls.watched import came_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_captures(settings, tmp_path):
    settings.CAPTURE_LIMIT, settings.CAPTURE_DIR = 2, tmp_path


def on_air(tenant, number=1, host=None):
    host = host or tenant.owner
    room = Room.objects.create(
        host=host, library=tenant.library, slug=f"{tenant.organization.name}-{number}", title=f"Room {number}"
    )
    now = timezone.now()
    return Session.objects.create(
        room=room, preset=tenant.preset, title=f"Talk {number}", status="live", started_at=now, backstage_opened_at=now
    )


def post(user, session, operation):
    reply = client_for(user).post(f"{API}/sessions/{session.pk}/{operation}", {}, format="json")
    return reply.status_code, reply.json()


def record(user, session):
    return post(user, session, "recordings/start")


def running(*, for_viewers=None):
    rows = Capture.objects.filter(wanted=True)
    rows = rows if for_viewers is None else rows.filter(is_for_viewers=for_viewers)
    return set(rows.values_list("room", flat=True))


def test_a_recording_takes_the_place_of_hls_that_only_viewers_want(tenant, other_tenant, guest):
    one, two, theirs = on_air(tenant, 1), on_air(other_tenant, 2), on_air(other_tenant, 3)
    for session, viewer in ((one, guest), (two, User.objects.create_user(username="Ada", is_guest=True))):
        assert post(came_in(viewer, session), session, "hls")[0] == 200
    assert running(for_viewers=True) == {one.media_room, two.media_room}
    assert record(other_tenant.owner, theirs)[0] == 201
    assert running(for_viewers=False) == {theirs.media_room}
    assert len(running()) == 2
    assert record(tenant.owner, one)[0] == 201
    assert running() == running(for_viewers=False) == {theirs.media_room, one.media_room}
    status, body = post(guest, one, "hls")
    assert (status, body["data"]["status"]) == (200, "starting")  # the same capture serves both


def test_hls_that_a_host_asked_for_does_not_give_way_and_a_recording_of_it_neither(tenant, other_tenant):
    one, two, theirs = on_air(tenant, 1), on_air(tenant, 2), on_air(other_tenant, 3)
    assert post(tenant.owner, one, "ensure_hls_egress")[0] == 200
    assert record(other_tenant.owner, theirs)[0] == 201
    assert record(tenant.owner, two)[0] == 409
    assert running(for_viewers=False) == {one.media_room, theirs.media_room}


def test_what_viewers_began_stays_once_it_is_recorded_and_gives_way_again_afterwards(tenant, other_tenant, guest):
    one = on_air(tenant, 1)
    post(came_in(guest, one), one, "hls")
    assert record(tenant.owner, one)[0] == 201
    demand.keep()
    assert running(for_viewers=False) == {one.media_room}
    assert post(tenant.owner, one, "recordings/stop")[0] == 200
    from recordings.models import Recording

    Recording.objects.update(stopped_at=timezone.now() - timedelta(hours=1))
    demand.keep()
    assert running(for_viewers=True) == {one.media_room}


def test_one_guest_has_hls_begun_in_one_session(tenant, other_tenant, guest):
    one, two = on_air(tenant, 1), on_air(other_tenant, 2)
    assert post(came_in(guest, one), one, "hls")[0] == 200
    status, body = post(came_in(guest, two), two, "hls")
    assert (status, body["code"]) == (409, "capture_limit")
    assert "watching another webinar" in body["error"]
    other = came_in(User.objects.create_user(username="Ada", is_guest=True), two)
    assert post(other, two, "hls")[0] == 200
    assert post(guest, two, "hls")[0] == 200  # it runs already: nobody's place


def test_one_organization_leaves_a_place_for_the_others_and_is_told(tenant, other_tenant):
    Membership.objects.filter(user=tenant.member).update(role="admin")
    one, two, theirs = on_air(tenant, 1), on_air(tenant, 2, tenant.member), on_air(other_tenant, 3)
    assert record(tenant.owner, one)[0] == 201
    status, body = record(tenant.member, two)
    assert (status, body["code"]) == (409, "capture_limit")
    assert "Your organization cannot record more sessions at once." in body["error"]
    assert record(other_tenant.owner, theirs)[0] == 201


def test_one_host_leaves_a_place_for_colleagues_and_is_told(tenant):
    one, two, three = on_air(tenant, 1), on_air(tenant, 2), on_air(tenant, 3, tenant.member)
    assert record(tenant.owner, one)[0] == 201
    status, body = record(tenant.owner, two)
    assert (status, body["code"]) == (409, "capture_limit")
    assert "You cannot record more of your sessions at once." in body["error"]
    assert record(tenant.member, three)[0] == 201


def test_whoever_is_alone_has_all_of_them(tenant):
    tenant.member.delete()
    one, two = on_air(tenant, 1), on_air(tenant, 2)
    assert [record(tenant.owner, session)[0] for session in (one, two)] == [201, 201]


def test_an_organization_that_has_more_than_its_share_for_viewers_gives_way_to_other_viewers(
    tenant, other_tenant, guest
):
    one, two, theirs = on_air(tenant, 1), on_air(tenant, 2), on_air(other_tenant, 3)
    post(came_in(guest, one), one, "hls")
    assert record(tenant.owner, two)[0] == 201
    assert running() == {one.media_room, two.media_room}  # nobody else wants it
    ada = came_in(User.objects.create_user(username="Ada", is_guest=True), theirs)
    assert post(ada, theirs, "hls")[0] == 200
    assert running() == {two.media_room, theirs.media_room}
    demand.keep()  # the one that gave way is still wanted, and does not come back in place of another
    assert HLSNeed.objects.filter(session=one).exists()
    assert running() == {two.media_room, theirs.media_room}


def test_shares_are_settings(tenant, settings):
    settings.CAPTURES_PER_HOST = settings.CAPTURES_PER_ORGANIZATION = 2
    assert [record(tenant.owner, on_air(tenant, number))[0] for number in (1, 2)] == [201, 201]
