"""A row of every model that the admin shows, for tests that go through all of them."""

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts import credentials
from core import replies
from live.models import MediaEvent
from organizations.services import create_api_key
from realtime.models import OutboxEvent
from sessions.models import Attendance, Presence
from sessions.services import create_session
from tests.conftest import as_person
from tests.parts import modules


def one_of_each(tenant, live_session, guest) -> list[str]:
    """Make them; the secrets that are behind them."""
    host = tenant.owner
    tokens = credentials.issue_tokens(host)
    device = credentials.issue_device_token(guest)
    code = credentials.issue_code(host, session_id=live_session.pk, session_ends_at=timezone.now())
    everything = ["rooms", "sessions", "codes"]
    _key, key = create_api_key(organization=tenant.organization, acts_as=host, name="CRM", scopes=everything)
    replies.reserve(scope="5c09e" * 12, body="b0d1" * 16, caller="").keep({"status": 201, "data": {}, "headers": {}})
    encoder = create_session(
        actor=as_person(host), room=tenant.room, title="Encoder", preset_id=tenant.preset.pk, mode="rtmp"
    )
    Attendance.objects.create(session=live_session, user=guest)
    Presence.objects.create(session=live_session, user=guest, source="test")
    OutboxEvent.objects.create(topic="session:1", type="session.live", data={})
    MediaEvent.objects.create(event_id="EV_1", event="room_started", room="r")
    Group.objects.create(name="Support")
    more = [secret for part in modules("rows") for secret in part.make(tenant, live_session, guest)]
    return [tokens.access_token, tokens.refresh_token, device, code, key, str(encoder.stream_key), *more]
