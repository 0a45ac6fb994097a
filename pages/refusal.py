"""The page that says why there is no studio or no webinar, and what to do."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.person import Person
from accounts.views import page_person
from core.errors import NotFound
from pages.failures import FAILURES
from rooms.permissions import Memberships
from sessions.models import Session
from sessions.queries import find_session
from sessions.rights.capabilities import Capabilities, capabilities


def gone(request: HttpRequest, session: Session) -> HttpResponse:
    """A deleted session: cancelled if it never was live, otherwise no longer available."""
    return refused(request, "no_longer_available" if session.took_place else "cancelled", 410, session)


def withdrawn(request: HttpRequest, session: Session) -> HttpResponse:
    """A session of a closed organization: no longer available to those who could find it, without any details."""
    if Memberships.of(page_person(request)).sees(session.room):
        return refused(request, "withdrawn", 410)
    return refused(request, "not_found", 404)


def refused(
    request: HttpRequest, key: str, status: int, session: Session | None = None, *, is_crew: bool = False
) -> HttpResponse:
    """The row ``key`` of the failure table as a page; the crew gets a link to the session."""
    context = {"key": key, "failure": FAILURES[key], "session": session, "is_crew": is_crew}
    return render(request, "pages/refused.html", context, status=status)


def session_for(
    request: HttpRequest, person: Person, session_id: UUID, may: Callable[[Capabilities], bool]
) -> tuple[Session, Capabilities] | HttpResponse:
    """The session and what ``person`` may do there, or the page that refuses: not found, or not allowed by ``may``."""
    try:
        session = find_session(person, session_id)
    except NotFound:
        return refused(request, "not_found", 404)
    allowed = capabilities(person, session)
    return (session, allowed) if may(allowed) else refused(request, "not_allowed", 403)
