"""PATCH /sessions/{id}."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from core.secrets import keyed_hash
from realtime.models import OutboxEvent
from rooms.models import Preset
from sessions.models import Session, SessionRole
from sessions.stream_keys import stream_key_of
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema

NOBODYS = "00000000-0000-7000-8000-000000000000"


def edit(user, session, **changes):
    return client_for(user).patch(f"{API}/sessions/{session.pk}", changes, format="json")


def told():
    return list(OutboxEvent.objects.order_by("pk").values_list("type", flat=True))


def in_status(status, **more):
    started = timezone.now() if status in ("live", "ended") else None
    Session.objects.update(status=status, started_at=started, ended_at=started if status == "ended" else None, **more)


@pytest.fixture
def second(preset):
    return Preset.objects.create(
        user=preset.user, library=preset.library, name="Quiet", type="whip", primary_color="#0f766e"
    )


@pytest.fixture
def co_host(session, guest, host):
    SessionRole.objects.create(session=session, user=guest, role="co_host", assigned_by=host)
    return guest


@pytest.mark.parametrize("status", ["scheduled", "expired"])
def test_everything_changes_before_it_goes_live_and_is_told_once(status, host, session, second):
    in_status(status)
    changes = {"title": "Spring", "description": "New\n\nwords", "planned_duration": 90}
    reply = edit(host, session, **changes, preset_id=str(second.pk))
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert {name: data[name] for name in changes} == changes
    assert (data["preset"]["name"], data["status"]) == ("Quiet", status)
    assert told() == ["rights.changed", "session.settings"]
    event = OutboxEvent.objects.get(type="session.settings")
    assert (event.topic, event.data["title"], event.data["preset"]["id"]) == (
        f"session:{session.pk}:lobby", "Spring", str(second.pk),
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="session.updated")
    assert entry.details == {"fields": ["description", "planned_duration", "preset_id", "title"]}


def test_what_stays_as_it_was_is_not_told(host, session, preset):
    assert edit(host, session, title=session.title, preset_id=str(preset.pk)).status_code == 200
    assert edit(host, session).status_code == 200
    assert (told(), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize(("status", "code"), [("live", "session_is_live"), ("ended", "session_ended")])
def test_once_it_was_live_only_its_words_change(status, code, host, session, second):
    in_status(status)
    for changes in ({"planned_duration": 90}, {"preset_id": str(second.pk)}, {"mode": "rtmp"}):
        reply = edit(host, session, title="Not this", **changes)
        assert (reply.status_code, reply.json()["code"]) == (409, code)
        assert "only its title and description" in reply.json()["error"]
    assert edit(host, session, title="Corrected", description="", planned_duration=60).status_code == 200
    session.refresh_from_db()
    assert (session.title, session.planned_duration, session.preset_id) == ("Corrected", 60, session.preset_id)
    assert told() == ["session.settings"]


def test_another_source_brings_and_takes_a_stream_key(host, session):
    assert edit(host, session, mode="rtmp").json()["data"]["mode"] == "rtmp"
    session.refresh_from_db()
    key = stream_key_of(session)
    assert session.stream_key_hash == keyed_hash(key, purpose="stream key")
    assert client_for(host).get(f"{API}/sessions/{session.pk}/stream_key").status_code == 200
    assert edit(host, session, mode="webcam").status_code == 200
    session.refresh_from_db()
    assert (stream_key_of(session), session.stream_key_hash) == (None, "")
    assert client_for(host).get(f"{API}/sessions/{session.pk}/stream_key").status_code == 404


def test_the_source_stays_while_the_studio_is_open(host, session):
    Session.objects.update(backstage_opened_at=timezone.now())
    reply = edit(host, session, mode="rtmp")
    assert (reply.status_code, reply.json()["code"]) == (409, "backstage_is_open")
    assert edit(host, session, mode="webcam", title="Spring").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"title": None}, "title"),
        ({"description": "x" * 10_001}, "description"),
        ({"planned_duration": 0}, "planned_duration"),
        ({"planned_duration": 1441}, "planned_duration"),
        ({"planned_duration": "60"}, "planned_duration"),
        ({"preset_id": NOBODYS}, "preset_id"),
        ({"preset_id": "x"}, "preset_id"),
        ({"mode": "film"}, "mode"),
    ],
)
def test_wrong_input_changes_nothing(changes, field, host, session):
    reply = edit(host, session, **{"title": "Spring", **changes})
    assert (reply.status_code, refused_fields(reply)) == (422, [field])
    session.refresh_from_db()
    assert session.title == "Launch"


def test_a_foreign_and_a_deleted_preset_are_answered_like_an_unknown_one(host, session, other_tenant, second):
    Preset.objects.filter(pk=second.pk).update(deleted_at=timezone.now())
    replies = [edit(host, session, preset_id=str(pk)) for pk in (NOBODYS, other_tenant.preset.pk, second.pk)]
    assert {(reply.status_code, str(reply.json()["errors"])) for reply in replies} == {
        (422, str(replies[0].json()["errors"]))
    }


def test_a_co_host_edits_and_nobody_else(co_host, session, member, stranger, api):
    assert edit(co_host, session, title="Spring").status_code == 200
    assert [edit(user, session, title="No").status_code for user in (None, member, stranger)] == [401, 403, 403]
    SessionRole.objects.update(role="moderator")
    assert edit(co_host, session, title="No").status_code == 403
    session.refresh_from_db()
    assert session.title == "Spring"


def test_a_deleted_session_is_gone(host, session):
    Session.objects.update(deleted_at=timezone.now())
    assert edit(host, session, title="Spring").status_code == 404
