"""The page where the crew types captions."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views import page_person
from pages.failures import failure_texts
from pages.refusal import refused, session_for
from sessions.models import Session


@require_safe
@never_cache
@login_required
def captioning(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """For the crew; anyone else gets "not found", or that their account has no access."""
    person = page_person(request)
    found = session_for(request, person, session_id, lambda allowed: allowed.may_caption)
    if isinstance(found, HttpResponse):
        return found
    session, _allowed = found
    if session.status == Session.Status.ENDED:
        return refused(request, "ended", 409, session)
    api = f"/v1/webinar/sessions/{session.pk}"
    context = {
        "session": session,
        "language": get_language() or "en",
        "watch_url": reverse("watch_session", args=[session.room.slug, session.pk]),
        "failures": failure_texts(),
        "config": {
            "api": api,
            "ticketUrl": f"{api}/realtime/ticket",
            "csrfToken": get_token(request),
        },
    }
    return render(request, "captions/captioning.html", context)
