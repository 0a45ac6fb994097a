"""The report of a session: who came, for how long, and how many were there when."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views import page_person
from core.errors import NotAllowed
from core.tables import FORMATS
from reports.chart import chart_of
from reports.queries import Moment, attendance_of, attendees, statistics
from sessions.models import Session
from sessions.people.retention import kept_until
from sessions.queries import find_session
from sessions.rights.capabilities import capabilities
from surveys.queries import Results, results_of

_ROWS = 50


@require_safe
@never_cache
@login_required
def report(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The report page, for host and co-hosts. While the session is live it shows the figures at the time of loading."""
    person = page_person(request)
    session = find_session(person, session_id)
    allowed = capabilities(person, session)
    if not allowed.may_see_attendance:
        raise NotAllowed
    numbers = statistics(session)
    page = Paginator(attendees(session), _ROWS).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "room": session.room,
        "numbers": numbers,
        "chart": chart_of(numbers.timeline),
        "timeline": _thinned(numbers.timeline),
        "page": page,
        "rows": list(attendance_of(list(page.object_list), person, allowed)),
        "api": f"/v1/webinar/sessions/{session.pk}/attendance",
        "formats": list(FORMATS),
        "manages": allowed.may_reschedule,
        "said": _said(session),
        "kept_until": kept_until(session),
        "is_forgotten": _is_past(kept_until(session)),
        "survey": _survey(session),
        "survey_api": f"/v1/webinar/sessions/{session.pk}/survey",
    }
    return render(request, "reports/report.html", context)


def _said(session: Session) -> list[tuple[str, str]]:
    """The available downloads of chat, polls and questions: a name, and an address that ends before ``format=``."""
    polls = reverse("polls_export", args=[session.pk])
    return [
        (_("Chat"), f"{reverse('chat_export', args=[session.pk])}?"),
        (_("Results of polls"), f"{polls}?"),
        (_("Who voted"), f"{polls}?rows=votes&"),
        (_("Questions"), f"{reverse('questions_export', args=[session.pk])}?"),
    ]


def _survey(session: Session) -> Results | None:
    """The results of the survey; None where nothing is asked, and nobody answered before."""
    found = results_of(session)
    return found if found.total or session.room.survey is not None else None


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment < timezone.now()


def _thinned(timeline: list[Moment]) -> list[Moment]:
    """About twenty moments, so that a person can read them."""
    return timeline[:: max(1, len(timeline) // 20)]
