"""Every operation that the OpenAPI file lists has a real, successful reply that is as described there."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from livekit import api as livekit_api
from rest_framework.test import APIClient

from tests.conftest import API, Tenant, client_for
from tests.openapi import assert_matches_schema, described_path, document
from tests.parts import modules


class Walker:
    """Calls operations and remembers which; each reply must succeed and be as described."""

    def __init__(self):
        self.walked = set()

    def call(self, client: APIClient, method: str, path: str, body=None, **headers):
        raw = body if isinstance(body, str | bytes) else json.dumps(body or {})
        response = client.generic(method, API + path, raw, headers.pop("type", "application/json"), **headers)
        assert response.status_code in {200, 201}, f"{method} {path}: {response.content.decode()}"
        assert_matches_schema(response)
        self.walked.add((method, described_path(path)))
        if response.streaming:
            return b"".join(response)
        return response.json()["data"]


@dataclass(frozen=True)
class World:
    """What the walks of the apps meet: a live session with its host, and a guest who has joined."""

    tenant: Tenant
    host: APIClient
    guest: APIClient
    anonymous: APIClient
    session: str
    guest_id: str


@pytest.mark.django_db(transaction=True)
def test_every_operation_has_a_successful_reply_as_described(tenant, livekit):
    walker, anonymous, host = Walker(), client_for(), client_for(tenant.owner)

    signed_in = walker.call(
        anonymous, "POST", "/auth/login", {"email": tenant.owner.email, "password": "correct horse"}
    )
    renewed = walker.call(anonymous, "POST", "/auth/refresh", {"refresh_token": signed_in["refresh_token"]})
    walker.call(anonymous, "POST", "/auth/logout", {"refresh_token": renewed["refresh_token"]})
    ada = walker.call(anonymous, "POST", "/auth/viewer/register", {"display_name": "Ada"})
    ada = walker.call(anonymous, "POST", "/auth/viewer/device-login", {"device_token": ada["device_token"]})
    guest = APIClient()
    guest.credentials(HTTP_AUTHORIZATION=f"Bearer {ada['access_token']}")
    walker.call(guest, "GET", "/auth/me")
    [other] = [each for each in walker.call(guest, "GET", "/auth/sign_ins")["sign_ins"] if not each["is_current"]]
    walker.call(guest, "DELETE", f"/auth/sign_ins/{other['id']}")
    walker.call(guest, "DELETE", "/auth/sign_ins")

    room = walker.call(host, "POST", "/rooms", {"title": "Product news"})["room"]
    for path in ("/rooms", "/rooms/my", f"/rooms/{room['id']}"):
        walker.call(host, "GET", path)
    walker.call(host, "PATCH", f"/rooms/{room['id']}", {"description": "Every month"})
    preset = walker.call(host, "POST", "/presets", {"name": "Mine", "type": "whip", "primary_color": "#0f766e"})
    walker.call(host, "GET", "/presets")
    walker.call(host, "GET", f"/presets/{preset['id']}")
    walker.call(host, "PATCH", f"/presets/{preset['id']}", {"name": "Ours"})
    walker.call(host, "POST", f"/presets/{preset['id']}/default")

    planned = {"title": "Autumn", "preset_id": str(tenant.preset.pk)}
    one = walker.call(host, "POST", f"/rooms/{room['id']}/sessions", planned)["session"]["id"]
    walker.call(host, "GET", f"/rooms/{room['id']}/sessions")
    later = (timezone.now() + timedelta(days=2)).isoformat()
    walker.call(host, "PATCH", f"/sessions/{one}/reschedule", {"scheduled_start_time": later})
    walker.call(host, "PATCH", f"/sessions/{one}/settings", {"chat_enabled": False, "max_join_limit": None})
    code = walker.call(host, "POST", "/auth/code/generate", {"session_id": one})["code"]
    walker.call(anonymous, "POST", "/auth/code/exchange", {"code": code})
    walker.call(host, "POST", f"/sessions/{one}/start")
    walker.call(host, "POST", f"/sessions/{one}/go_live")
    walker.call(host, "POST", f"/sessions/{one}/host_video_state", {"enabled": True})
    walker.call(host, "POST", f"/sessions/{one}/host_audio_state", {"enabled": True})
    walker.call(host, "GET", f"/sessions/{one}/monitor")
    walker.call(guest, "POST", f"/sessions/{one}/join")
    walker.call(guest, "POST", f"/sessions/{one}/realtime/ticket")
    for path in ("/sessions", "/sessions/live", f"/sessions/{one}"):
        walker.call(guest, "GET", path)
    world = World(tenant, host, guest, anonymous, one, ada["user"]["id"])
    for part in modules("walk"):
        part.walk(walker, world)
    walker.call(host, "GET", "/sessions/stats")
    walker.call(host, "POST", f"/sessions/{one}/end")
    for kind, row in (("sessions", one), ("presets", preset["id"]), ("rooms", room["id"])):
        walker.call(host, "DELETE", f"/{kind}/{row}")
        walker.call(host, "GET", f"/{kind}/bin")
        walker.call(host, "POST", f"/{kind}/{row}/restore")
        walker.call(host, "DELETE", f"/{kind}/{row}")
        walker.call(host, "POST", f"/{kind}/{row}/delete_for_good")

    event = {"event": "room_finished", "id": "EV_contract", "createdAt": "1795396705", "room": {"name": one}}
    raw = json.dumps(event)
    token = livekit_api.AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    token.with_sha256(base64.b64encode(hashlib.sha256(raw.encode()).digest()).decode())
    walker.call(
        anonymous,
        "POST",
        "/webhooks/livekit",
        event,
        type="application/webhook+json",
        HTTP_AUTHORIZATION=token.to_jwt(),
    )
    walker.call(anonymous, "GET", "/health")
    walker.call(anonymous, "GET", "/health/ready")

    described = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    assert walker.walked == described
