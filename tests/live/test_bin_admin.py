"""Staff deletes into the bin too, and no row that others hang on, or that is evidence, by hand."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEntry
from rooms.models import Preset, Room
from sessions.models import Session
from tests.live.filled import ended, fill

pytestmark = pytest.mark.django_db

#: Settings that staff makes and takes back; everything else of these apps is made by what people did.
BY_HAND = {"LibraryRetention"}
APPS = {
    "rooms",
    "live_sessions",
    "chat",
    "polls",
    "questions",
    "stage",
    "captions",
    "recordings",
    "surveys",
    "media",
    "live",
    "audit",
}


def act(staff, action, *rows):
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    meta = rows[0]._meta
    return staff.post(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"), data, follow=True)


def test_nothing_that_people_did_is_deleted_by_hand(staff):
    request = staff.get(reverse("admin:index")).wsgi_request
    deletable = {
        model.__name__
        for model, page in admin.site._registry.items()
        if model._meta.app_label in APPS and page.has_delete_permission(request)
    }
    assert deletable == BY_HAND


@pytest.mark.parametrize("name", ["session", "room", "preset"])
def test_staff_puts_into_the_bin_and_brings_back(staff, name, session, room, preset, host, guest):
    fill(ended(session), host, guest)
    row = {"session": session, "room": room, "preset": preset}[name]
    assert "Done with 1" in act(staff, "move_to_bin", row).content.decode()
    row.refresh_from_db()
    assert row.deleted_at is not None
    assert [model.objects.count() for model in (Session, Room, Preset)] == [1, 1, 1]
    act(staff, "restore", row)
    row.refresh_from_db()
    assert row.deleted_at is None
    actions = AuditEntry.objects.filter(actor__is_staff=True).order_by("at").values_list("action", flat=True)
    assert list(actions) == [f"{name}.deleted", f"{name}.restored"]


def test_what_refuses_says_why(staff, live_session, room, preset):
    for row, sentence in (
        (live_session, "is live. End it first."),
        (room, "A session of this room is live. End it first."),
        (preset, "A scheduled or live session uses this preset."),
    ):
        page = act(staff, "move_to_bin", row).content.decode()
        assert sentence in page
        row.refresh_from_db()
        assert row.deleted_at is None


def test_whoever_may_only_look_may_not_delete(client, session):
    looker = User.objects.create_user("l@example.com", "x", username="L", is_staff=True)
    looker.user_permissions.add(
        Permission.objects.get(codename="view_session", content_type__app_label="live_sessions")
    )
    client.force_login(looker)
    act(client, "move_to_bin", session)
    session.refresh_from_db()
    assert session.deleted_at is None
