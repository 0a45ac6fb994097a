"""Accounts in the admin."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import credentials
from accounts.models import DeviceToken, RefreshToken, User
from core import replies
from core.secrets import hash_token

MODELS = [
    "accounts_user",
    "accounts_refreshtoken",
    "accounts_devicetoken",
    "accounts_authcode",
    "core_idempotentreply",
]


@pytest.fixture
def rows(host, guest, session, api_key):
    """One row of everything, and the secrets and hashes in them."""
    tokens = credentials.issue_tokens(host)
    device = credentials.issue_device_token(guest)
    code = credentials.issue_code(host, session_id=session.id, session_ends_at=timezone.now())
    replies.reserve(scope="5c09e" * 12, body="b0d1" * 16, caller="").keep({"status": 201, "data": {}, "headers": {}})
    secrets = [tokens.refresh_token, device, code, api_key[1]]
    hashes = [hash_token(secret) for secret in secrets]
    return [*secrets, *hashes, "5c09e" * 12, "b0d1" * 16, host.password]


@pytest.mark.parametrize("model", MODELS)
def test_lists_searches_and_pages_of_rows_show_no_secret(staff, rows, model):
    listing = reverse(f"admin:{model}_changelist")
    pages = [staff.get(listing), staff.get(listing, {"q": "acme"})]
    pages += [
        staff.get(address)
        for address in set(re.findall(rf'href="({listing}[^"/]+/change/)', pages[0].content.decode()))
    ]
    assert len(pages) > 2
    assert [page.status_code for page in pages] == [200] * len(pages)
    text = "".join(page.content.decode() for page in pages)
    assert [secret for secret in rows if secret in text] == []


def test_hosts_who_are_no_staff_are_kept_out(client, host):
    client.force_login(host)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 302


def act(staff, model, action, *objects):
    address = reverse(f"admin:accounts_{model}_changelist")
    return staff.post(address, {"action": action, "_selected_action": [object_.pk for object_ in objects]})


def test_tokens_are_revoked_by_an_action(staff, host, guest):
    credentials.issue_tokens(host)
    credentials.issue_device_token(guest)
    act(staff, "refreshtoken", "revoke", RefreshToken.objects.get())
    act(staff, "devicetoken", "revoke", DeviceToken.objects.get())
    assert RefreshToken.objects.filter(revoked_at=None).count() == 0
    assert DeviceToken.objects.filter(revoked_at=None).count() == 0


def test_people_are_signed_out_everywhere_by_an_action(staff, host, api):
    client = api(host)
    act(staff, "user", "sign_out_everywhere", host)
    assert client.get("/v1/webinar/auth/me").status_code == 401


def test_a_member_is_added_with_a_password(staff, tenant):
    form = {
        "email": "New@acme.example",
        "username": "New",
        "role": "host",
        "organization": tenant.organization.id,
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    reply = staff.post(reverse("admin:accounts_user_add"), form)
    assert reply.status_code == 302
    new = User.objects.get(email="new@acme.example")
    assert (new.check_password("correct horse battery"), new.role) == (True, "host")


def test_closing_an_account_in_admin_revokes_its_tokens(staff, host, api):
    client = api(host)
    form = {
        "username": host.username,
        "email": host.email,
        "organization": host.organization_id,
        "role": "host",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    reply = staff.post(reverse("admin:accounts_user_change", args=[host.pk]), form)
    assert reply.status_code == 302
    assert client.get("/v1/webinar/auth/me").status_code == 401
    host.refresh_from_db()
    assert (host.is_active, host.external_user_id) == (False, None)
    assert RefreshToken.objects.filter(user=host, revoked_at=None).count() == 0


def test_a_new_password_in_admin_revokes_tokens(staff, host, api):
    client = api(host)
    form = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
    staff.post(reverse("admin:auth_user_password_change", args=[host.pk]), form)
    assert client.get("/v1/webinar/auth/me").status_code == 401
