"""Pages that belong to no domain app: what a person sees when a request cannot be answered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from another site."""
    message = _("This form was open for too long, or cookies are blocked. Reload the page and try again.")
    return render(request, "error.html", {"title": _("Please try again"), "message": message}, status=403)
