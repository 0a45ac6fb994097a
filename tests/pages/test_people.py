"""The host's page of people: roles for those who are known, and changes of invitations."""

import pytest
from django.core import mail

from accounts.models import User
from accounts.person import Person
from organizations.models import Membership
from sessions.models import Attendance, Ban, Invitation
from sessions.people import services
from tests.pages.conftest import text_of
from tests.sessions.members import attendee, roles_now, with_role


@pytest.fixture
def invitation(session, host):
    actor = Person(user=host)
    return services.invite(actor=actor, session=session, name="Ada", role="speaker", email="ada@example.com")


def give(client, session, user, role):
    return client.post(f"/sessions/{session.pk}/people/roles", {"role-user_id": str(user.pk), "role-role": role})


def offered(client, session):
    choices = client.get(f"/sessions/{session.pk}/people").context["role_form"].fields["user_id"].queryset
    return set(choices.values_list("username", flat=True))


@pytest.mark.parametrize("role", ["speaker", "moderator", "co_host"])
def test_colleagues_and_who_came_get_each_role(browse, session, host, member, role):
    grace, client = attendee(session, "Grace"), browse(host)
    assert offered(client, session) == {"Grace", "acme member"}
    for user in (grace, member):
        assert give(client, session, user, role).status_code == 302
    assert roles_now(session) == {"Grace": role, "acme member": role}
    assert f"Grace is now {'co-host' if role == 'co_host' else role}." in text_of(
        client.get(f"/sessions/{session.pk}/people")
    )


def test_hosts_banned_people_and_strangers_are_no_choice(browse, session, host, stranger, tenant):
    admin = User.objects.create_user("admin@acme.example", username="Admin", organization=tenant.organization)
    Membership.objects.create(organization=tenant.organization, user=admin, role="admin")
    banned, client = attendee(session, "Banned"), browse(host)
    Ban.objects.create(session=session, user=banned, banned_by=host)
    assert offered(client, session) == {"acme member"}
    for user in (admin, banned, stranger, host):
        response = give(client, session, user, "speaker")
        assert "This person cannot get a role here any more." in text_of(response)
    assert roles_now(session) == {}


def test_the_form_offers_the_first_names_of_a_crowd(browse, session, host, monkeypatch):
    monkeypatch.setattr("pages.people._PEOPLE", 2)
    for name in ("Ann", "Ben", "Cleo"):
        attendee(session, name)
    User.objects.filter(username="acme member").update(username="Dora")
    assert offered(browse(host), session) == {"Ann", "Ben"}


def test_a_co_host_makes_speakers_and_no_co_hosts(browse, session, host):
    co_host, grace = with_role(session, "co_host"), attendee(session, "Grace")
    client = browse(co_host)
    assert 'value="co_host"' not in text_of(client.get(f"/sessions/{session.pk}/people"))
    assert give(client, session, grace, "co_host").status_code == 200
    assert give(client, session, grace, "speaker").status_code == 302
    assert roles_now(session) == {"co_host": "co_host", "Grace": "speaker"}


def test_a_reloaded_form_leads_back_to_the_page(browse, session, host):
    response = browse(host).get(f"/sessions/{session.pk}/people/roles")
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}/people")


def edit(client, invitation, **fields):
    path = f"/sessions/{invitation.session_id}/invitations/{invitation.pk}/edit"
    return client.post(path, {"name": invitation.name, "email": invitation.email, "role": invitation.role, **fields})


def test_the_page_says_beforehand_what_becomes_of_the_link(browse, invitation, host):
    client = browse(host)
    assert f"/invitations/{invitation.pk}/edit" in text_of(client.get(f"/sessions/{invitation.session_id}/people"))
    page = text_of(client.get(f"/sessions/{invitation.session_id}/invitations/{invitation.pk}/edit"))
    for words in ("the link stays the same", "the present link stops working", 'value="ada@example.com"'):
        assert words in page


def test_a_name_keeps_the_link_and_an_address_gets_a_new_one(browse, invitation, host):
    client, before = browse(host), invitation.token_hash
    response = edit(client, invitation, name="Ada Lovelace", role="moderator")
    assert "Its link stays the same." in text_of(client.get(response["Location"]))
    invitation.refresh_from_db()
    assert (invitation.name, invitation.role, invitation.token_hash) == ("Ada Lovelace", "moderator", before)
    response = edit(client, invitation, email="ada@new.example")
    assert "The invitation was sent to ada@new.example." in text_of(client.get(response["Location"]))
    invitation.refresh_from_db()
    assert (invitation.email, invitation.token_hash != before) == ("ada@new.example", True)
    services.deliver_due()
    assert [sent.to for sent in mail.outbox] == [["ada@new.example"]]


def test_an_accepted_invitation_has_no_role_to_choose(browse, invitation, host, session):
    services.accept(token=invitation.new_link.rpartition("/")[2], actor=Person(), name="Ada", device_guest=None)
    client = browse(host)
    page = text_of(client.get(f"/sessions/{session.pk}/invitations/{invitation.pk}/edit"))
    assert ("It was accepted already." in page, 'name="role"' in page) == (True, False)
    assert edit(client, invitation, name="Ada L.", role="co_host").status_code == 302
    assert Invitation.objects.values_list("name", "role").get() == ("Ada L.", "speaker")


def test_who_does_not_know_the_address_keeps_it_by_leaving_the_field_empty(browse, invitation, session):
    client = browse(with_role(session, "co_host"))
    page = text_of(client.get(f"/sessions/{session.pk}/invitations/{invitation.pk}/edit"))
    assert ("ada@example.com" in page, "Another host gave the address." in page) == (False, True)
    assert edit(client, invitation, name="Ada L.", email="").status_code == 302
    assert Invitation.objects.values_list("name", "email").get() == ("Ada L.", "ada@example.com")


@pytest.mark.parametrize(("fields", "words"), [({"name": "\u200b"}, "required"), ({"email": "nobody"}, "valid")])
def test_what_is_not_valid_is_said_at_the_field(browse, invitation, host, fields, words):
    response = edit(browse(host), invitation, **fields)
    assert (response.status_code, words in str(response.context["form"].errors)) == (200, True)


def test_a_moderator_and_somebody_of_the_audience_change_nothing(browse, invitation, session):
    for user in (with_role(session, "moderator"), attendee(session)):
        edit(browse(user), invitation, name="Mine")
    assert Invitation.objects.get().name == "Ada"
    assert Attendance.objects.count() == 1
