"""Every model in the admin: its pages load for staff, search and filters work, and no secret or hash is in the HTML."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import AuthCode, DeviceToken, RefreshToken
from core.models import IdempotentReply
from tests.one_of_each import one_of_each

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
each_model = pytest.mark.parametrize("model", MODELS, ids=[model._meta.label for model in MODELS])
#: Fields that hold a secret, sealed or hashed, and what no page may show of them.
SECRET_FIELD = re.compile(r"hash|sealed|password|^scope$")


@pytest.fixture
def secrets(tenant, live_session, guest):
    """A row of every model; the secrets that are behind them."""
    return [*one_of_each(tenant, live_session, guest), *_stored_secrets()]


def _stored_secrets() -> list[str]:
    """Every non-empty value of a field that holds a secret, of every row there is."""
    found = []
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if SECRET_FIELD.search(field.name):
                found += [str(value) for value in model._base_manager.values_list(field.name, flat=True) if value]
    return found


def test_who_may_not_enter_is_told_by_name_also_a_guest_without_an_address(client, guest):
    client.force_login(guest)
    page = client.get("/admin/login/").content.decode()
    assert f"You are authenticated as {guest.username}, but are not authorized" in page
    assert 'rel="icon"' in page


def as_staff(staff):
    """A request of the staff, for asking the admin itself."""
    return staff.get(reverse("admin:index")).wsgi_request


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_secrets_of_all_kinds_are_looked_for(secrets):
    """Were a field renamed, the tests below would look for less than there is."""
    fields = {f"{m.__name__}.{f.name}" for m in MODELS for f in m._meta.concrete_fields if SECRET_FIELD.search(f.name)}
    assert fields == {
        "APIKey.key_hash",
        "AuthCode.code_hash",
        "DeviceToken.token_hash",
        "IdempotentReply.body_hash",
        "IdempotentReply.reply_sealed",
        "IdempotentReply.scope",
        "Invitation.token_hash",
        "Invitation.token_sealed",
        "RefreshToken.token_hash",
        "Session.stream_key_hash",
        "Session.stream_key_sealed",
        "User.password",
    }
    for row in (AuthCode, DeviceToken, IdempotentReply, RefreshToken):
        assert row.objects.count() > 0
    assert len(secrets) > 15


@each_model
def test_list_row_and_form_load_and_show_no_secret(staff, secrets, model):
    of_model = admin.site._registry[model]
    rows = list(model._base_manager.values_list("pk", flat=True))
    pages = [staff.get(address(model, "changelist"))]
    pages += [staff.get(address(model, page, row)) for row in rows for page in ("change", "history", "delete")]
    expected = [200] + [200, 200, 200 if of_model.has_delete_permission(as_staff(staff)) else 403] * len(rows)
    assert len(rows) > 0
    assert [page.status_code for page in pages] == expected
    adding = staff.get(address(model, "add"))
    assert adding.status_code == (200 if of_model.has_add_permission(as_staff(staff)) else 403)
    text = "".join(page.content.decode() for page in (*pages, adding))
    assert [secret for secret in secrets if secret in text] == []


@each_model
@pytest.mark.parametrize("sought", ["acme", "01890a5d-ac96-774b-bcce-b302099a8057", "%_'\"\\", "é" * 300, "\x00"])
def test_search_finds_or_finds_nothing_but_never_fails(staff, secrets, model, sought):
    reply = staff.get(address(model, "changelist"), {"q": sought})
    assert reply.status_code == 200


@each_model
def test_a_row_is_found_by_what_its_search_says(staff, secrets, model):
    of_model = admin.site._registry[model]
    row = model._base_manager.all()[0]
    sought = None
    for path in of_model.get_search_fields(as_staff(staff)):
        value = row
        for part in path.split("__"):
            value = getattr(value, part, None) if value is not None else None
        sought = sought or value
    assert sought
    reply = staff.get(address(model, "changelist"), {"q": str(sought)})
    assert row.pk in [found.pk for found in reply.context["cl"].result_list]


@each_model
def test_every_filter_of_the_list_works(staff, secrets, model):
    page = staff.get(address(model, "changelist"))
    filters = page.context["cl"].filter_specs
    choices = [choice["query_string"] for chosen in filters for choice in chosen.choices(page.context["cl"])]
    assert {staff.get(address(model, "changelist") + choice).status_code for choice in choices} <= {200}


def test_the_first_page_warns_when_everybody_counts_as_one_address(staff, monkeypatch):
    words = "Everybody counts as one address"
    monkeypatch.setattr("webinar.admin_site.clients_are_hidden", lambda: False)
    assert words not in staff.get(reverse("admin:index")).content.decode()
    monkeypatch.setattr("webinar.admin_site.clients_are_hidden", lambda: True)
    assert words in staff.get(reverse("admin:index")).content.decode()


@each_model
def test_hosts_who_are_no_staff_see_none_of_it(client, host, model):
    client.force_login(host)
    assert client.get(address(model, "changelist")).status_code == 302
