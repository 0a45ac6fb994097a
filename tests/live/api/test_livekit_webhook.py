"""POST /webhooks/livekit."""

import base64
import hashlib
import json
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone

from live import tasks, webhooks
from live.models import MediaEvent
from tests.conftest import API

ADDRESS = f"{API}/webhooks/livekit"


@pytest.fixture
def looked_at(monkeypatch):
    """The sessions that a reconcile was asked for."""
    asked = []
    monkeypatch.setattr(webhooks, "queue_reconcile", asked.append)
    return asked


def event(session, id_="EV_1", name="participant_joined", **more):
    return {"id": id_, "event": name, "room": {"name": str(session.pk)}, "createdAt": "1700000000", **more}


@pytest.fixture
def send(api, settings, django_capture_on_commit_callbacks):
    def deliver(body, *, signed=None, secret=None, content_type="application/webhook+json", authorization=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = base64.b64encode(hashlib.sha256(signed or raw).digest()).decode()
        claims = {"iss": settings.LIVEKIT_API_KEY, "sha256": digest, "exp": timezone.now() + timedelta(minutes=5)}
        token = jwt.encode(claims, secret or settings.LIVEKIT_API_SECRET, algorithm="HS256")
        header = token if authorization is None else authorization
        with django_capture_on_commit_callbacks(execute=True):
            return api().post(ADDRESS, raw, content_type=content_type, HTTP_AUTHORIZATION=header)

    return deliver


def test_an_event_is_remembered_and_its_room_looked_at(send, session, looked_at):
    assert send(event(session)).status_code == 200
    row = MediaEvent.objects.get()
    assert (row.event_id, row.event, row.room) == ("EV_1", "participant_joined", str(session.pk))
    assert looked_at == [session.pk]


def test_a_repeated_delivery_counts_once(send, session, looked_at):
    assert [send(event(session)).status_code for _ in range(3)] == [200, 200, 200]
    assert (MediaEvent.objects.count(), looked_at) == (1, [session.pk])


def test_the_order_of_deliveries_does_not_matter(send, session, looked_at):
    for number, name in enumerate(["participant_left", "participant_joined", "room_started"]):
        assert send(event(session, f"EV_{number}", name)).status_code == 200
    assert looked_at == [session.pk] * 3


@pytest.mark.parametrize(
    "fault",
    [
        {"secret": "another-secret-of-at-least-32-characters"},
        {"signed": b"another body"},
        {"authorization": ""},
        {"authorization": "nonsense"},
        {"authorization": "Bearer nonsense"},
    ],
)
def test_what_is_not_signed_by_livekit_is_401_and_leaves_nothing(send, session, looked_at, fault):
    assert send(event(session), **fault).status_code == 401
    assert (MediaEvent.objects.count(), looked_at) == (0, [])


def test_an_access_token_of_a_person_does_not_open_it(api, host, session, looked_at):
    reply = api(host).post(ADDRESS, json.dumps(event(session)), content_type="application/webhook+json")
    assert (reply.status_code, MediaEvent.objects.count()) == (401, 0)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]"])
def test_a_signed_body_that_is_no_event_leaves_nothing(send, body, looked_at, db):
    assert send(body).status_code in (200, 401)
    assert (MediaEvent.objects.count(), looked_at) == (0, [])


def test_rooms_that_are_not_ours_are_not_looked_at(send, session, looked_at):
    for number, name in enumerate(["", "lobby", "01890000-0000-7000-8000-000000000000"]):
        assert send({**event(session, f"EV_{number}"), "room": {"name": name}}).status_code == 200
    assert (MediaEvent.objects.count(), looked_at) == (3, [])


def test_other_content_types_are_415(send, session):
    assert send(event(session), content_type="application/json").status_code == 415


def test_a_body_beyond_the_limit_is_413(send, session):
    assert send({**event(session), "x": "y" * 70_000}).status_code == 413


def test_unknown_fields_of_newer_servers_do_no_harm(send, session, looked_at):
    assert send(event(session, future={"field": [1, 2]})).status_code == 200


def test_many_webhooks_at_once_become_one_look(session, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.reconcile_room, "apply_async", lambda args, kwargs, countdown: queued.append(args))
    for _ in range(5):
        webhooks.queue_reconcile(session.pk)
    assert queued == [(str(session.pk),)]


def test_old_events_are_forgotten(db):
    MediaEvent.objects.create(event_id="old", event="x", room="", received_at=timezone.now() - timedelta(days=3))
    MediaEvent.objects.create(event_id="new", event="x", room="")
    assert webhooks.forget_old() == 1
    assert MediaEvent.objects.get().event_id == "new"
