from uuid import UUID

from django.test import override_settings

from accounts.models import User
from accounts.person import Person
from core.secrets import encrypt
from sessions.models import Session
from sockets.tickets import Pass
from tests.conftest import API
from tests.openapi import assert_matches_schema, described_path


def walk(walker, world):
    """HLS; and what Centrifugo asks, whose answers are in its own form, without our envelope."""
    session = Session.objects.get(pk=world.session)
    walker.call(world.host, "GET", f"/sessions/{session.pk}/stream_health")
    Session.objects.filter(pk=session.pk).update(mode="rtmp", stream_key_sealed=encrypt("sk_1", purpose="stream key"))
    walker.call(world.host, "GET", f"/sessions/{session.pk}/stream_key")
    walker.call(world.host, "POST", f"/sessions/{session.pk}/stream_key/rotate")
    Session.objects.filter(pk=session.pk).update(mode=session.mode)
    person = Person(user=User.objects.get(pk=UUID(world.guest_id)))
    ticket = walker.call(world.guest, "POST", f"/sessions/{session.pk}/realtime/ticket")["ticket"]
    frame = {"client": "c", "transport": "websocket", "protocol": "json", "encoding": "json"}
    asked = {
        "connect": {**frame, "data": {"ticket": ticket}},
        "subscribe": {
            **frame,
            "user": str(person.user.pk),
            "channel": f"session:{session.pk}",
            "meta": {"pass": Pass.of(person, session).connection_token()},
        },
    }
    for operation in ("ensure_hls_egress", "start_webcam_hls"):
        walker.call(world.host, "POST", f"/sessions/{session.pk}/{operation}")
    walker.call(world.guest, "POST", f"/sessions/{session.pk}/hls")
    with override_settings(CENTRIFUGO_PROXY_SECRET="shared"):
        for proxy, body in asked.items():
            path = f"/centrifugo/{proxy}"
            response = world.anonymous.post(API + path, body, format="json", HTTP_X_CENTRIFUGO_SECRET="shared")
            assert_matches_schema(response)
            assert response.json().keys() == {"result"}
            walker.walked.add(("POST", described_path(path)))
