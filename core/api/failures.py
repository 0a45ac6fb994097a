"""Errors in the API's envelope where no API view answers. (Bugs: webinar.views.server_error.)"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.api.envelope import error_body
from core.errors import NotFound


@csrf_exempt
def unknown_address(request: HttpRequest, **_parts: Any) -> HttpResponse:
    """Unknown addresses below the API's: 404 in the envelope, whatever the method."""
    return JsonResponse(error_body(NotFound(_("There is no such address in this API."))), status=404)
