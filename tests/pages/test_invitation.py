"""The page behind a personal invitation, and the host's page of people and invitations."""

import re

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from accounts.services import register_guest
from rooms.models import Room
from sessions.models import Attendance, Ban, Invitation, Session, SessionRole
from sessions.people import services
from tests.pages.conftest import text_of
from tests.sessions.members import roles_now, with_role


@pytest.fixture
def invitation(session, host):
    return services.invite(actor=Person(user=host), session=session, name="Ada", role="speaker")


def path(invitation):
    return invitation.new_link.removeprefix(settings.BASE_URL)


def test_looking_shows_who_invites_to_what_as_what_and_changes_nothing(browse, invitation):
    client = browse()
    answer = client.get(path(invitation))
    page = text_of(answer)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for words in ("acme owner invites you", "Launch", "As speaker", 'value="Ada"'):
        assert words in page
    assert client.head(path(invitation)).status_code == 200
    assert (User.objects.filter(is_guest=True).count(), SessionRole.objects.count()) == (0, 0)


def test_taking_it_makes_a_guest_with_the_role_and_leads_to_the_studio(browse, invitation, session):
    client = browse()
    answer = client.post(path(invitation), {"name": "Ada L."})
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/studio")
    assert roles_now(session) == {"Ada L.": "speaker"}
    assert client.cookies["device_token"]["httponly"]
    assert client.get(answer["Location"]).status_code == 200
    invitation.refresh_from_db()
    assert (invitation.user.is_guest, invitation.accepted_at is not None) == (True, True)


def test_the_same_browser_comes_back_as_the_same_guest(browse, invitation, session):
    link, client = path(invitation), browse()
    client.post(link, {"name": "Ada"})
    del client.cookies["sessionid"]
    assert "Continue as Ada" in text_of(client.get(link))
    client.post(link)
    assert User.objects.filter(is_guest=True).count() == 1
    assert client.session["_auth_user_id"] == str(SessionRole.objects.get().user_id)


def test_a_used_link_says_so_on_another_device_and_opens_nobodys_account(browse, invitation, session):
    link = path(invitation)
    browse().post(link, {"name": "Ada"})
    other = browse()
    for answer in (other.get(link), other.post(link, {"name": "Ada"})):
        assert (answer.status_code, 'data-failure="invitation_used"' in text_of(answer)) == (410, True)
    assert User.objects.filter(is_guest=True).count() == 1
    assert "_auth_user_id" not in other.session


def test_the_host_makes_a_new_link_in_one_step_and_sees_it_once(browse, invitation, session, host):
    browse().post(path(invitation), {"name": "Ada"})
    client, people = browse(host), f"/sessions/{session.pk}/people"
    answer = client.post(f"/sessions/{session.pk}/invitations/{invitation.pk}/link")
    assert (answer.status_code, answer["Location"]) == (302, people)
    stored = str(dict(client.session))
    shown, again = (text_of(client.get(people)) for _ in range(2))
    link = re.search(r"http://[^\s\"]+/i/iv_[\w-]{43}", shown)[0]
    assert link not in again
    assert link not in stored
    other = browse()
    assert other.post(link.removeprefix(settings.BASE_URL), {"name": "Ada"}).status_code == 302
    assert SessionRole.objects.get(removed_at=None).user_id == User.objects.get(pk=other.session["_auth_user_id"]).pk


def test_the_guest_of_this_browser_is_used_again_only_when_known_here_alone(browse, invitation, session, other_tenant):
    guest, device_token = register_guest(display_name="Ada")
    elsewhere = Session.objects.create(room=other_tenant.room, preset=other_tenant.preset, title="Elsewhere")
    Attendance.objects.create(session=elsewhere, user=guest)
    client = browse()
    client.cookies["device_token"] = device_token
    client.post(path(invitation), {"name": "Ada"})
    assert SessionRole.objects.get().user != guest
    same, device_token = register_guest(display_name="Bob")
    bob = services.invite(actor=Person(user=session.room.host), session=session, name="Bob", role="speaker")
    client = browse()
    client.cookies["device_token"] = device_token
    client.post(path(bob), {"name": "Bob"})
    assert SessionRole.objects.get(invitation=bob).user == same


def test_a_member_takes_it_with_their_account_and_the_link_opens_it_for_nobody_else(
    browse, invitation, member, session
):
    link = path(invitation)
    client = browse(member)
    assert "Use my account: acme member" in text_of(client.get(link))
    client.post(link, {"own_account": "1"})
    assert roles_now(session) == {"acme member": "speaker"}
    other = browse()
    assert "Sign in with that account" in text_of(other.get(link))
    assert other.post(link, {"name": "Eve"}).status_code == 403
    assert "_auth_user_id" not in other.session
    assert roles_now(session) == {"acme member": "speaker"}


def test_a_host_needs_no_invitation(browse, invitation, host, session):
    answer = browse(host).post(path(invitation), {"own_account": "1"})
    assert (answer.status_code, roles_now(session)) == (409, {})


@pytest.mark.parametrize("name", ["", " ", "x" * 51, "\u202e\u200b"])
def test_an_unusable_name_is_explained(browse, invitation, name):
    answer = browse().post(path(invitation), {"name": name})
    assert (answer.status_code, 'role="alert"' in text_of(answer)) == (422, True)
    assert User.objects.filter(is_guest=True).count() == 0


def test_what_ended_was_cancelled_or_taken_back_is_gone(browse, invitation, host, session):
    link, client = path(invitation), browse()
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert [client.get(link).status_code, client.post(link, {"name": "Ada"}).status_code] == [410, 410]
    Session.objects.update(status="scheduled", started_at=None, ended_at=None, deleted_at=timezone.now())
    assert client.get(link).status_code == 410
    Session.objects.update(deleted_at=None)
    services.revoke_invitation(actor=Person(user=host), session=session, invitation_id=invitation.pk)
    answer = client.post(link, {"name": "Ada"})
    assert (answer.status_code, 'data-failure="invitation_revoked"' in text_of(answer)) == (410, True)
    assert Invitation.objects.get().user is None


def test_names_and_titles_are_written_as_text(browse, session, host):
    Session.objects.update(title="<script>alert(1)</script>")
    made = services.invite(actor=Person(user=host), session=session, name="<img src=x>", role="speaker")
    for page in (text_of(browse().get(path(made))), text_of(browse(host).get(f"/sessions/{session.pk}/people"))):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x&gt;" in page


def test_the_host_and_co_hosts_have_the_page_of_people_and_nobody_else(browse, session, host, invitation, stranger):
    carol, bob = with_role(session, "co_host", "Carol"), with_role(session, "moderator", "Bob")
    answers = [browse(who).get(f"/sessions/{session.pk}/people") for who in (host, carol, bob, stranger)]
    assert [answer.status_code for answer in answers] == [200, 200, 403, 403]
    assert not any(invitation.new_link in text_of(answer) for answer in answers)
    assert browse().get(f"/sessions/{session.pk}/people").status_code == 302


def test_a_moderator_removes_and_takes_back_nothing_on_the_pages(browse, session, invitation):
    carol, bob = with_role(session, "speaker", "Carol"), with_role(session, "moderator", "Bob")
    client = browse(bob)
    client.post(f"/sessions/{session.pk}/people/{carol.pk}/remove")
    client.post(f"/sessions/{session.pk}/invitations/{invitation.pk}/revoke")
    client.post(f"/sessions/{session.pk}/people", {"name": "Eve", "role": "speaker"})
    assert (roles_now(session), Invitation.objects.get().revoked_at) == ({"Carol": "speaker", "Bob": "moderator"}, None)


def test_people_with_a_role_see_a_private_webinar_and_nothing_else_of_its_room(browse, session, room, preset):
    Room.objects.update(visibility="private")
    Session.objects.create(room=room, preset=preset, title="Secret other")
    client = browse(with_role(session, "speaker", "Ada"))
    for address in (f"/w/{room.slug}", f"/w/{room.slug}/{session.pk}", f"/sessions/{session.pk}/studio"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Secret other" not in text_of(answer)
    assert client.get(f"/w/{room.slug}/{session.pk}/theme.css").status_code == 200
    assert browse().get(f"/w/{room.slug}").status_code == 404


def test_bans_are_listed_and_lifted_before_and_after_the_session_too(browse, host, guest, session):
    Ban.objects.create(session=session, user=guest, banned_by=host, reason="Spam")
    client = browse(host)
    here = f"/sessions/{session.pk}/people"
    page = text_of(client.get(here))
    assert f"/sessions/{session.pk}/bans/{guest.pk}/lift" in page
    assert "Spam" in page
    page = text_of(client.post(f"/sessions/{session.pk}/bans/{guest.pk}/lift", follow=True))
    assert "The ban was lifted." in page
    assert "Nobody is banned." in page
    assert Ban.objects.get().lifted_at is not None


def test_nobody_else_lifts_a_ban(browse, host, guest, member, stranger, session):
    Ban.objects.create(session=session, user=guest, banned_by=host)
    for user in (guest, member, stranger):
        browse(user).post(f"/sessions/{session.pk}/bans/{guest.pk}/lift")
    assert Ban.objects.get().lifted_at is None
