"""What pages show the host of a session whose picture comes from an encoder."""

from typing import Any

from django.conf import settings

from sessions.models import Session


def encoder_card(session: Session) -> dict[str, Any] | None:
    """For templates/sessions/encoder_setup.html; None when there is nothing to set up. Holds no secret."""
    if session.mode != Session.Mode.RTMP or session.status not in (Session.Status.SCHEDULED, Session.Status.LIVE):
        return None
    return {
        "api": f"/v1/webinar/sessions/{session.pk}/stream_key",
        "rtmp_url": settings.RTMP_URL,
        "whip_url": settings.WHIP_URL,
        "key_is_token": settings.LIVEKIT_EMBEDDED,
    }
