"""What players fetch beside the film."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from base.errors import Gone
from recordings.tracks import opened_track


@require_safe
@cache_control(private=True, max_age=3600)
def text_track(request: HttpRequest, track_id: UUID) -> HttpResponse:
    """Captions as WebVTT, for whoever has a link that is valid now. ``?download`` saves them as a file."""
    track = opened_track(track_id, request.GET.get("token", ""))
    if track is None:
        raise Gone(_("This link to captions has expired. Load the page anew."))
    response = HttpResponse(track.text, content_type="text/vtt; charset=utf-8")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="captions-{track.language}.vtt"'
    return response
