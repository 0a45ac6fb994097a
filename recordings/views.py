"""Pages of a recording for its host, and what players fetch besides the video."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views import host_page, page_person
from core.errors import Conflict, Gone, NotAllowed
from recordings import services
from recordings.forms import RecordingForm
from recordings.replay import find_led_recording
from recordings.replay_links import opened_track


@require_safe
@cache_control(private=True, max_age=3600)
def text_track(request: HttpRequest, track_id: UUID) -> HttpResponse:
    """Captions as WebVTT, for valid links. ``?download`` saves them as a file."""
    track = opened_track(track_id, request.GET.get("token", ""))
    if track is None:
        raise Gone(_("This link to captions has expired. Reload the page."))
    response = HttpResponse(track.text, content_type="text/vtt; charset=utf-8")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="captions-{track.language}.vtt"'
    return response


@host_page
@require_safe
def recording_download(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Redirect to the file, through a link that expires."""
    person = page_person(request)
    recording = find_led_recording(person, recording_id)
    try:
        return redirect(services.download(actor=person, recording=recording).download_url)
    except Conflict as problem:
        messages.error(request, str(problem.sentence))
        return redirect("session", recording.session_id)


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def recording_rename(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Rename a recording."""
    person = page_person(request)
    recording = find_led_recording(person, recording_id)
    form = RecordingForm(request.POST or None, initial={"name": recording.name})
    if request.method == "POST" and form.is_valid():
        services.rename_recording(actor=person, recording=recording, name=form.cleaned_data["name"])
        messages.success(request, _("The new name was saved."))
        return redirect("session", recording.session_id)
    return render(request, "recordings/rename.html", {"form": form, "recording": recording})


@host_page
@require_http_methods(["GET", "HEAD", "POST"])
def recording_delete(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Ask for confirmation, then move the recording to the bin."""
    person = page_person(request)
    recording = find_led_recording(person, recording_id)
    if request.method == "POST":
        try:
            services.delete_recording(actor=person, recording=recording)
        except (Conflict, NotAllowed) as problem:
            messages.error(request, str(problem.sentence))
        else:
            messages.success(request, _("“%(name)s” is in the bin.") % {"name": recording.name})
        return redirect("session", recording.session_id)
    return render(request, "recordings/delete.html", {"recording": recording})
