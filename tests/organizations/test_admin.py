"""Organizations and keys in the admin, and that a host made there can work."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import sign_in
from audit.models import AuditEntry
from core.errors import NotAuthenticated
from organizations import keys
from organizations.models import APIKey, Membership, Organization
from sessions.services import create_session
from tests.conftest import as_person

PASSWORD = "correct horse"


def act(staff, model, action, *rows):
    address = reverse(f"admin:organizations_{model}_changelist")
    return staff.post(address, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


@pytest.mark.parametrize("model", ["organization", "library", "membership", "apikey"])
def test_lists_searches_and_pages_of_rows_show_no_secret(staff, api_key, model):
    listing = reverse(f"admin:organizations_{model}_changelist")
    pages = [staff.get(listing), staff.get(listing, {"q": "acme"})]
    pages += [
        staff.get(address)
        for address in set(re.findall(rf'href="({listing}[^"/]+/change/)', pages[0].content.decode()))
    ]
    assert len(pages) > 2
    assert [page.status_code for page in pages] == [200] * len(pages)
    text = "".join(page.content.decode() for page in pages)
    assert [secret for secret in (api_key[1], api_key[0].key_hash) if secret in text] == []


def test_a_new_key_is_shown_once(staff, tenant):
    form = {
        "name": "CRM",
        "organization": str(tenant.organization.id),
        "acts_as": str(tenant.owner.id),
        "scopes": ["rooms", "sessions"],
    }
    page = staff.post(reverse("admin:organizations_apikey_add"), form, follow=True).content.decode()
    secret = re.search(r"wk_[\w-]+", page.replace("…", " ")).group()
    assert keys.person_of_key(secret).user == tenant.owner
    assert APIKey.objects.get().scopes == ["rooms", "sessions"]
    again = staff.get(reverse("admin:organizations_apikey_changelist")).content.decode()
    assert secret not in again


def test_a_key_cannot_act_as_somebody_from_elsewhere(staff, tenant, stranger):
    form = {"name": "x", "organization": tenant.organization.id, "acts_as": stranger.id, "scopes": ["rooms"]}
    page = staff.post(reverse("admin:organizations_apikey_add"), form)
    assert "A key acts as an active host who belongs to its organization." in page.content.decode()
    assert APIKey.objects.count() == 0


def test_keys_are_revoked_by_an_action(staff, api_key):
    act(staff, "apikey", "revoke", api_key[0])
    assert keys.person_of_key(api_key[1]) is None


def test_deactivating_an_organization_lets_nobody_of_it_in_and_loses_nothing(
    staff, tenant, host, member, stranger, api, api_key
):
    clients = {user: api(user) for user in (host, member, stranger)}
    foreign = Membership.objects.create(organization=tenant.organization, user=stranger, role="owner")
    act(staff, "organization", "deactivate", tenant.organization)
    answers = {user: client.get("/v1/webinar/auth/me").status_code for user, client in clients.items()}
    assert answers == {host: 401, member: 401, stranger: 200}
    with pytest.raises(NotAuthenticated):
        sign_in(email=host.email, password=PASSWORD, network="x")
    assert keys.person_of_key(api_key[1]) is None
    assert (
        clients[stranger].patch(f"/v1/webinar/rooms/{tenant.room.pk}", {"title": "x"}, format="json").status_code == 404
    )
    act(staff, "organization", "activate", tenant.organization)
    assert sign_in(email=host.email, password=PASSWORD, network="x") == host
    assert Membership.objects.filter(pk=foreign.pk).exists()
    actions = list(AuditEntry.objects.order_by("at").values_list("action", flat=True))
    assert actions == ["organization.closed", "organization.opened"]


def new_host(**changes):
    return {
        "email": "new@acme.example",
        "username": "New",
        "role": "host",
        "organization": "",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        **changes,
    }


@pytest.mark.parametrize("is_new", [True, False])
def test_a_host_made_here_can_make_a_webinar_at_once(staff, tenant, is_new):
    organization = Organization.objects.create(name="New") if is_new else tenant.organization
    reply = staff.post(reverse("admin:accounts_user_add"), new_host(organization=organization.pk))
    assert reply.status_code == 302
    host = User.objects.get(email="new@acme.example")
    assert host.memberships.get().role == ("owner" if is_new else "member")
    staff.force_login(host)
    data = {
        "title": "Fine title",
        "when": "now",
        "mode": "webcam",
        "visibility": "public",
        "time_zone": "UTC",
        "planned_duration": "60",
    }
    reply = staff.post("/webinars/new", data)
    assert reply.status_code == 302, reply.context["form"].errors


def test_a_host_without_an_organization_is_not_saved_and_the_form_says_what_is_missing(staff):
    reply = staff.post(reverse("admin:accounts_user_add"), new_host())
    assert reply.context["adminform"].form.errors["organization"] == [
        "A host works in an organization: choose one, or make one first."
    ]
    assert not User.objects.filter(email="new@acme.example").exists()


def test_a_viewer_who_becomes_a_host_gets_a_place(staff, tenant):
    viewer = User.objects.create_user("v@acme.example", PASSWORD, username="V", organization=tenant.organization)
    form = {"username": "V", "email": viewer.email, "organization": tenant.organization.pk, "role": "host"}
    form |= {"is_active": "on", "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert staff.post(reverse("admin:accounts_user_change", args=[viewer.pk]), form).status_code == 302
    viewer.refresh_from_db()
    assert create_session(
        actor=as_person(tenant.owner), room=tenant.room, title="x" * 5, preset_id=tenant.preset.pk, mode="webcam"
    )
    assert viewer.memberships.get().organization == tenant.organization
