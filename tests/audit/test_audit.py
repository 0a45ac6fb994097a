"""GET /sessions/{id}/audit, and what the crew's actions leave there."""

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.utils.html import strip_tags

from accounts.person import Person
from audit.actions import ACTIONS, in_words
from audit.models import AuditEntry
from audit.services import record
from rooms.models import Room
from sessions.models import SessionRole
from sessions.people.attendance import record_join
from sessions.rights.capabilities import Role
from stage.models import HandRaise, JoinRequest
from stage.services import requests
from tests.conftest import API, client_for


def log(user, session, query=""):
    return client_for(user).get(f"{API}/sessions/{session.pk}/audit{query}")


def test_who_leads_reads_who_did_what_to_whom_the_latest_first(session, host, guest):
    SessionRole.objects.create(session=session, user=guest, role="co_host", assigned_by=host)
    record("session.went_live", actor=host.pk, session=session.pk)
    record("people.banned", actor=host.pk, session=session.pk, subject=guest.pk, reason="Noise")
    data = log(guest, session).json()["data"]
    assert (data["total"], data["page"], data["limit"]) == (2, 1, 10)
    first = data["entries"][0]
    assert first == {
        "id": first["id"],
        "at": first["at"],
        "action": "people.banned",
        "sentence": "banned",
        "actor_id": str(host.pk),
        "actor_username": host.username,
        "subject_id": str(guest.pk),
        "subject_username": "Grace",
        "details": {"reason": "Noise"},
    }
    assert data["entries"][1]["subject_username"] is None


def test_others_do_not_read_it(session, host, guest, member, stranger):
    SessionRole.objects.create(session=session, user=guest, role="moderator", assigned_by=host)
    assert [log(user, session).status_code for user in (None, guest, member, stranger)] == [401, 403, 403, 403]
    Room.objects.update(visibility="private")
    assert log(stranger, session).status_code == 404


def test_another_session_s_entries_are_not_in_it(session, host, other_tenant):
    record("session.went_live", actor=other_tenant.owner.pk, session=other_tenant.room.pk)
    record("session.went_live", actor=other_tenant.owner.pk)
    assert log(host, session).json()["data"]["entries"] == []


def test_pages_of_any_length_cost_the_same(session, host, guest, django_assert_max_num_queries):
    for count in (1, 3):
        for _ in range(count):
            record("people.banned", actor=host.pk, session=session.pk, subject=guest.pk)
        client = client_for(host)
        with django_assert_max_num_queries(9):
            assert len(client.get(f"{API}/sessions/{session.pk}/audit").json()["data"]["entries"]) >= count
    data = log(host, session, "?page=2&limit=3").json()["data"]
    assert (len(data["entries"]), data["total"]) == (1, 4)
    assert log(host, session, "?limit=101").status_code == 422


def test_an_account_that_is_gone_leaves_its_action(session, host, guest):
    record("people.kicked", actor=guest.pk, session=session.pk)
    gone = guest.pk
    guest.delete()
    (entry,) = log(host, session).json()["data"]["entries"]
    assert (entry["actor_id"], entry["actor_username"]) == (str(gone), None)


def test_nothing_changes_or_deletes_an_entry(session, host, guest):
    entry = record("people.kicked", actor=host.pk, session=session.pk, subject=guest.pk)
    tries = [entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(action="x")]
    for change in tries:
        with pytest.raises(TypeError, match="only added to"):
            change()
    assert list(AuditEntry.objects.values_list("action", "actor", "subject")) == [("people.kicked", host.pk, guest.pk)]


@pytest.mark.parametrize(
    ("steps", "actions"),
    [
        ([("post", "start", {}), ("post", "start", {}), ("post", "end", {})], ["backstage_opened", "backstage_closed"]),
        (
            [("post", "go_live", {}), ("post", "go_live", {}), ("post", "end", {}), ("post", "end", {})],
            ["went_live", "ended"],
        ),
        ([("patch", "settings", {"chat_enabled": False})] * 2, ["settings_changed"]),
        ([("patch", "reschedule", {"scheduled_start_time": "2040-01-01T10:00:00Z"})] * 2, ["rescheduled"]),
        ([("delete", "", {})], ["deleted"]),
    ],
)
def test_what_moves_a_session_is_recorded_once(livekit, session, host, steps, actions):
    client = client_for(host)
    for method, path, body in steps:
        address = f"{API}/sessions/{session.pk}" + (f"/{path}" if path else "")
        assert getattr(client, method)(address, body, format="json").status_code == 200
    entries = AuditEntry.objects.order_by("at", "pk")
    assert [(entry.action, entry.actor) for entry in entries] == [(f"session.{action}", host) for action in actions]


def test_every_action_that_the_product_records_has_words():
    product = Path(__file__).parents[2]
    apps = (
        "live",
        "sessions",
        "chat",
        "polls",
        "questions",
        "stage",
        "captions",
        "reports",
        "rooms",
        "organizations",
        "accounts",
    )
    sources = [path.read_text() for app in apps for path in (product / app).rglob("*.py")]
    recorded = {found for text in sources for found in re.findall(r"\b_?record\(\s*\"([a-z_]+\.[a-z_]+)\"", text)}
    assert {"people.banned", "session.went_live"} <= recorded
    assert recorded - ACTIONS.keys() == set()


@pytest.mark.parametrize("kind", [HandRaise, JoinRequest])
def test_decisions_about_the_queue_have_words(live_session, host, guest, kind):
    for decide in (requests.approve, requests.reject):
        request = kind.objects.create(session=live_session, user=guest)
        with transaction.atomic():
            record_join(live_session, guest, role=Role.AUDIENCE)
        decide(actor=Person(user=host), session=live_session, kind=kind, request_id=request.pk)
        entry = AuditEntry.objects.order_by("pk").last()
        assert entry.action in ACTIONS
        assert (entry.actor, entry.subject) == (host, guest)
        live_session.stage_members.all().delete()


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("chat/export?format=csv", "chat.exported"),
        ("polls/export?format=csv", "polls.exported"),
        ("polls/export?rows=votes&format=csv", "polls.exported"),
        ("questions/export?format=csv", "questions.exported"),
        ("attendance/export?format=csv", "attendance.exported"),
    ],
)
def test_downloads_are_recorded_and_refused_ones_are_not(live_session, host, guest, client, path, action):
    address = f"/v1/webinar/sessions/{live_session.pk}/{path}"
    client.force_login(guest)
    assert client.get(address).status_code == 403
    client.force_login(host)
    assert client.get(address.replace("csv", "pdf")).status_code == 422
    assert not AuditEntry.objects.exists()
    b"".join(client.get(address))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.session_id) == (action, host, live_session.pk)
    assert action in ACTIONS


def test_an_action_without_words_is_shown_as_it_is():
    assert in_words("new.thing", {}) == "new.thing"


@pytest.mark.parametrize(
    ("action", "details", "sentence"),
    [
        ("people.invited", {"name": "Grace 100 %", "role": "co_host"}, "invited Grace 100 % as co-host"),
        ("people.role_added", {"role": "speaker"}, "gave the role speaker to"),
        ("people.role_added", {}, "gave the role … to"),
        ("people.banned", {"reason": "Noise"}, "banned"),
    ],
)
def test_an_action_says_whom_it_was_about_and_as_what(action, details, sentence):
    assert in_words(action, details) == sentence


def test_the_session_page_shows_the_latest_entries_escaped(client, session, host, guest):
    guest.username = "<script>alert(1)</script>"
    guest.save()
    record("people.banned", actor=host.pk, session=session.pk, subject=guest.pk, reason="<b>Noise</b>")
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/sessions/{session.pk}").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;Noise" in page


def test_what_happened_by_itself_is_said_of_whom_it_happened_to(client, session, host, guest):
    record("stage.gone", actor=None, session=session.pk, subject=guest.pk)
    record("session.ended", actor=None, session=session.pk)
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    page = " ".join(strip_tags(client.get(f"/sessions/{session.pk}").content.decode()).split())
    assert "Grace lost the connection to the stage" in page
    assert "The server ended the webinar" in page


def test_the_session_page_says_when_nothing_was_done(client, session, host):
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    assert "Nothing yet. Going live" in client.get(f"/sessions/{session.pk}").content.decode()
