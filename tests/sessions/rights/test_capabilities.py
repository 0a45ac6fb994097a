"""Who may do what in a session."""

from dataclasses import asdict

import pytest

from accounts.models import User
from accounts.person import ANONYMOUS, Person
from core.errors import NotAllowed
from organizations.keys import grant_of
from organizations.models import APIKey, Membership
from rooms.models import Preset, Room
from sessions import lifecycle
from sessions.models import Attendance, Session
from sessions.rights.capabilities import Role, Viewpoint, capabilities, require
from tests.conftest import as_person

ACTIONS = ["may_start", "may_go_live", "may_end", "may_reschedule", "may_change_settings", "may_delete", "may_monitor"]
ACTIONS += ["may_set_host_media", "may_see_stream_key", "may_join_backstage", "may_publish", "is_crew"]


def actions(person, session):
    allowed = asdict(capabilities(person, session))
    return {name for name in ACTIONS if allowed[name]}


def key_for(tenant, *scopes, user=None):
    key = APIKey.objects.create(
        organization=tenant.organization,
        acts_as=user or tenant.member,
        name="k",
        prefix="k",
        key_hash="k",
        scopes=scopes,
    )
    return Person(user=user or tenant.member, api_key=grant_of(key))


def test_the_rooms_host_may_do_everything(session, host):
    assert actions(as_person(host), session) == set(ACTIONS)
    assert capabilities(as_person(host), session).role == Role.HOST


def test_an_owner_or_admin_of_the_organization_acts_as_host(session, tenant):
    admin = User.objects.create_user("admin@acme.example", username="A", organization=tenant.organization)
    Membership.objects.create(organization=tenant.organization, user=admin, role="admin")
    assert actions(as_person(admin), session) == set(ACTIONS)


@pytest.mark.parametrize("who", ["member", "guest", "stranger"])
def test_others_are_audience(session, who, request):
    person = as_person(request.getfixturevalue(who))
    assert actions(person, session) == set()
    assert capabilities(person, session).role == Role.AUDIENCE


def test_an_anonymous_caller_sees_but_may_not_join(session):
    allowed = capabilities(ANONYMOUS, session)
    assert (allowed.may_see, allowed.may_join, allowed.in_session) == (True, False, False)


def test_a_key_with_scope_sessions_is_host_in_its_organization(session, tenant):
    assert actions(key_for(tenant, "sessions"), session) == set(ACTIONS)


def test_a_key_without_that_scope_is_nobody_even_when_it_acts_as_the_host(session, tenant, host):
    person = key_for(tenant, "rooms", "codes", user=host)
    assert actions(person, session) == set()
    assert not capabilities(person, session).may_join


def test_a_key_of_another_organization_is_nobody_even_for_a_person_of_both(session, other_tenant, host):
    Membership.objects.create(organization=other_tenant.organization, user=host, role="owner")
    assert actions(key_for(other_tenant, "sessions", "rooms", user=host), session) == set()


def test_a_token_limited_to_the_session_has_its_persons_rights_there_and_none_elsewhere(session, host, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    person = Person(user=host, session_id=session.pk)
    assert actions(person, session) == set(ACTIONS)
    assert actions(person, other) == set()
    assert not capabilities(person, other).may_join


def test_in_a_private_room_only_members_and_the_host_see(session, host, member, guest, stranger, room):
    Room.objects.filter(pk=room.pk).update(visibility="private")
    session = Session.objects.get(pk=session.pk)
    sees = [capabilities(as_person(user), session).may_see for user in (host, member, guest, stranger)]
    assert sees == [True, True, False, False]
    assert not capabilities(ANONYMOUS, session).may_see


def test_whoever_joined_is_in_session(session, guest, stranger):
    Attendance.objects.create(session=session, user=guest)
    assert capabilities(as_person(guest), session).in_session
    assert not capabilities(as_person(stranger), session).in_session


@pytest.mark.parametrize(
    ("camera", "screen", "sources"),
    [
        (True, True, ("camera", "microphone", "screen_share", "screen_share_audio")),
        (False, True, ("microphone", "screen_share", "screen_share_audio")),
        (True, False, ("camera", "microphone")),
        (False, False, ("microphone",)),
    ],
)
def test_the_preset_decides_what_the_host_may_publish(session, host, camera, screen, sources):
    Preset.objects.update(host_camera_enabled=camera, host_screen_share=screen)
    session.preset.refresh_from_db()
    assert capabilities(as_person(host), session).publish_sources == sources


def test_the_frozen_preset_counts_once_there_is_one(session, host):
    hidden = {"host_camera_enabled": False, "host_screen_share": False, "viewer_count_visible": False}
    session.preset_copy = lifecycle.frozen(session.preset) | hidden
    assert capabilities(as_person(host), session).publish_sources == ("microphone",)


def test_the_viewer_count_may_be_for_the_crew_only(session, host, guest):
    Preset.objects.update(viewer_count_visible=False)
    session.preset.refresh_from_db()
    assert capabilities(as_person(host), session).may_see_viewer_count
    assert not capabilities(as_person(guest), session).may_see_viewer_count


def test_a_list_is_judged_without_a_query_a_row(session, room, preset, host, django_assert_num_queries):
    for number in range(3):
        Session.objects.create(room=room, preset=preset, title=f"S{number}")
    sessions = list(Session.objects.select_related("room__library__organization", "preset"))
    viewpoint = Viewpoint.of(as_person(host), sessions)
    with django_assert_num_queries(0):
        assert all(capabilities(as_person(host), each, viewpoint).may_end for each in sessions)


def test_require_refuses_what_is_not_allowed():
    require(True)
    with pytest.raises(NotAllowed):
        require(False)
