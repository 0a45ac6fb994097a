"""The studio: device check, backstage and the live controls of the crew; speakers wait there to be brought on stage."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.views import page_person
from chat.reactions import EMOJIS
from core.errors import NotFound
from pages.failures import failure_texts
from pages.refusal import gone, refused, withdrawn
from recordings.queries import active_recording
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import Capabilities, Role, capabilities
from sessions.stream_keys import encoder_card


@require_safe
@never_cache
@login_required
def studio(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """For crew and speakers; anyone else gets "not found", or that their account has no access."""
    person = page_person(request)
    try:
        session = find_session(person, session_id)
    except NotFound:
        return _not_here(request, person, session_id)
    allowed = capabilities(person, session)
    if allowed.is_banned:
        return refused(request, "removed", 403)
    if not allowed.may_join_backstage:
        return refused(request, "not_allowed", 403)
    is_host = allowed.may_reschedule
    if session.status == Session.Status.ENDED:
        return refused(request, "ended", 409, session, is_crew=is_host)
    if session.status == Session.Status.EXPIRED:
        return refused(request, "expired", 409, session, is_crew=is_host)
    watch_url = reverse("watch_session", args=[session.room.slug, session.pk])
    context = {
        "session": session,
        "role": str(allowed.role),
        "leads": allowed.leads,
        "is_crew": allowed.is_crew,
        "may_hide_stage": allowed.may_hide_stage,
        "has_team": True,
        "may_set": allowed.may_change_settings or allowed.may_manage_chat,
        "may_caption": allowed.may_caption,
        "is_host": is_host,
        "sends": sends(allowed, session),
        "encoder": encoder_card(session) if allowed.leads else None,
        "may_invite": allowed.may_invite,
        "has_camera": allowed.may_use_camera,
        "has_screen": allowed.may_use_screen,
        "watch_url": watch_url,
        "share_url": settings.BASE_URL + watch_url,
        "home_url": reverse("session", args=[session.pk]) if is_host else watch_url,
        "config": _configuration(request, session, allowed),
        "failures": failure_texts(),
    }
    return render(request, "pages/studio.html", context)


def _not_here(request: HttpRequest, person: Person, session_id: UUID) -> HttpResponse:
    """Whoever would have access learns that the session was deleted or closed; anyone else gets "not found"."""
    rows = Session.objects.select_related("room__library__organization", "room__host", "preset")
    session = rows.filter(pk=session_id).first()
    if session is not None and session.is_withdrawn:
        return withdrawn(request, session)
    if session is not None and session.is_gone and capabilities(person, session).may_join_backstage:
        return gone(request, session)
    return refused(request, "not_found", 404)


def sends(allowed: Capabilities, session: Session) -> bool:
    """Whether this person joins with camera and microphone.

    Moderators do so only when brought on stage; those who lead do not where the video comes from an encoder.
    """
    if allowed.leads:
        return session.mode != Session.Mode.RTMP
    return allowed.role != Role.MODERATOR


def _configuration(request: HttpRequest, session: Session, allowed: Capabilities) -> dict[str, Any]:
    """The configuration of static/js/studio/studio.js."""
    api = f"/v1/webinar/sessions/{session.pk}"
    return {
        "api": api,
        "ticketUrl": f"{api}/realtime/ticket",
        "csrfToken": get_token(request),
        "zone": getattr(request.user, "time_zone", ""),
        "now": timezone.now().isoformat(),
        "me": {"role": str(allowed.role), "leads": allowed.leads, "sends": sends(allowed, session)},
        "hasEncoder": allowed.leads and session.mode == Session.Mode.RTMP,
        "session": {
            "id": str(session.pk),
            "status": session.status,
            "started_at": session.started_at.isoformat() if session.started_at else None,
            "recording_enabled": session.flag("recording_enabled"),
        },
        "recording": {"active": active_recording(session) is not None},
        "emojis": EMOJIS,
    }
