"""Answers in the API's envelope where no API view has answered: unknown addresses and defects of ours."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from base.errors import NotFound, Problem
from webinar.api.envelope import error_body
from webinar.api.middleware import PREFIX


class Defect(Problem):
    """Something of ours broke; the logs tell what, the answer does not."""

    status = 500
    code = "internal_error"
    sentence = gettext_lazy("Something went wrong on our side. It has been logged; please try again.")


@csrf_exempt
def unknown_address(request: HttpRequest, **_parts: Any) -> HttpResponse:
    """Any address below the API's that is none: 404 in the envelope, whatever the method."""
    return JsonResponse(error_body(NotFound(_("There is no such address in this API."))), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: the envelope below the API's address, a plain page elsewhere; never a detail."""
    problem = Defect()
    if request.path_info.startswith(PREFIX):
        return JsonResponse(error_body(problem), status=500)
    return render(request, "error.html", {"title": _("Something went wrong"), "message": problem.sentence}, status=500)
