"""What nobody deletes in the admin, and who may change whom."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts import credentials
from accounts.models import RefreshToken, User
from accounts.sign_in import sign_in
from audit.models import AuditEntry
from audit.services import record
from core.errors import NotAuthenticated
from organizations import keys
from organizations.models import APIKey, Library, Organization

PASSWORD = "correct horse"
KEPT = [AuditEntry, User, Organization, Library, APIKey]


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root@example.com", PASSWORD, username="Root")


@pytest.fixture
def staff(client, root):
    client.force_login(root)
    return client


@pytest.fixture
def helper(db, client):
    """Staff with every permission that can be given, and no superuser."""
    user = User.objects.create_user("helper@example.com", PASSWORD, username="Helper", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


def act(staff, model, action, *rows):
    address = reverse(f"admin:accounts_{model}_changelist")
    data = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return staff.post(address, data, follow=True)


@pytest.mark.parametrize("model", KEPT, ids=[model.__name__ for model in KEPT])
def test_nobody_deletes_it_neither_one_nor_many(model, staff, root, tenant, api_key):
    record("session.ended", actor=tenant.owner.pk, subject=root.pk)
    before = {kind: kind.objects.count() for kind in KEPT}
    row = model.objects.first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert staff.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    assert staff.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    listing = reverse(f"{name}_changelist")
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(listing, data)
    assert "delete_selected" not in staff.get(listing).content.decode()
    assert {kind: kind.objects.count() for kind in KEPT} == before


def test_rows_that_only_the_product_writes_are_deleted_by_no_action(staff, root):
    request = staff.get(reverse("admin:index")).wsgi_request
    written = [one for one in admin.site._registry.values() if not one.has_change_permission(request)]
    assert len(written) > 15
    assert [one for one in written if one.has_delete_permission(request)] == []


def test_the_log_is_not_changed_by_a_superuser_either(staff, host):
    entry = record("session.ended", actor=host.pk)
    address = reverse("admin:audit_auditentry_change", args=[entry.pk])
    assert staff.get(address).status_code == 200
    assert staff.post(address, {"action": "x"}).status_code == 403
    assert staff.get(reverse("admin:audit_auditentry_add")).status_code == 403


def test_deactivating_a_person_revokes_all_that_opens_the_account(staff, root, host, api, api_key):
    client = api(host)
    code = credentials.issue_code(host, session_id=host.pk, session_ends_at=host.created_at)
    act(staff, "user", "deactivate", host, root)
    host.refresh_from_db()
    root.refresh_from_db()
    assert (host.is_active, root.is_active) == (False, True)
    assert client.get("/v1/webinar/auth/me").status_code == 401
    assert keys.person_of_key(api_key[1]) is None
    assert not RefreshToken.objects.filter(user=host, revoked_at=None).exists()
    with pytest.raises(NotAuthenticated):
        credentials.exchange_code(code)
    entry = AuditEntry.objects.get(action="user.closed")
    assert (entry.actor, entry.subject) == (root, host)
    act(staff, "user", "activate", host)
    assert sign_in(email=host.email, password=PASSWORD, network="x") == host


def test_staff_gives_itself_no_rights_and_takes_no_superuser_over(helper, root, host):
    own = User.objects.get(email="helper@example.com")
    for target in (root, own):
        assert helper.post(reverse("admin:accounts_user_change", args=[target.pk]), {}).status_code == 403
        passwords = {"password1": "battery staple 9", "password2": "battery staple 9", "usable_password": "true"}
        reply = helper.post(reverse("admin:auth_user_password_change", args=[target.pk]), passwords)
        assert reply.status_code == 403
    act(helper, "user", "deactivate", root, host)
    root.refresh_from_db()
    host.refresh_from_db()
    assert (root.is_active, root.check_password(PASSWORD), host.is_active) == (True, True, False)
    form = {"username": "x", "email": host.email, "role": "host", "organization": host.organization_id}
    form |= {"is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert helper.post(reverse("admin:accounts_user_change", args=[host.pk]), form).status_code == 302
    host.refresh_from_db()
    assert (host.username, host.is_staff, host.is_superuser) == ("x", False, False)


def test_staff_without_permissions_sees_and_does_nothing(client, api, host, tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAIL_DIR = tmp_path
    staff = User.objects.create_user("s@example.com", PASSWORD, username="S", is_staff=True)
    client.force_login(staff)
    assert client.get("/mailbox").status_code == 404
    request = client.get(reverse("admin:index")).wsgi_request
    assert [one for one in admin.site._registry.values() if one.has_module_permission(request)] == []
    caller = api(staff)
    assert caller.get("/v1/webinar/admin/storage").status_code == 403
    assert caller.post("/v1/webinar/admin/storage/cleanup", {}, format="json").status_code == 403
    assert caller.post(f"/v1/webinar/admin/recordings/{host.pk}/retry").status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_recording"))
    assert api(staff).get("/v1/webinar/admin/storage").status_code == 200
    assert api(staff).post("/v1/webinar/admin/storage/cleanup", {}, format="json").status_code == 403
