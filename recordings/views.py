"""Pages of a recording for its host, and what players fetch besides the video."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import host_page, page_person
from core.errors import Conflict, Gone, NotAllowed
from recordings import lists, queries, services
from recordings.forms import RecordingForm, RecordingSearchForm
from recordings.keeping.bin import managed_bin
from recordings.keeping.retention import goes_at, keep, retention_days
from recordings.replay import find_led_recording
from recordings.replay_links import opened_track
from rooms.queries import managed_rooms

_PAGE = 20
_LONGEST_QUERY = 2000  # characters of the filters that come back to the list


@host_page
@never_cache
@require_safe
def recordings(request: HttpRequest) -> HttpResponse:
    """All recordings that the host manages: search, filters, order, and how much space they take."""
    person = page_person(request)
    form = RecordingSearchForm(request.GET, rooms=managed_rooms(person).order_by("title"))
    found = lists.matching(queries.managed_recordings(person), **form.filters())
    page = Paginator(found.select_related("session__room"), _PAGE).get_page(request.GET.get("page"))
    own = retention_days()
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(recording, goes_at(recording, own)) for recording in page.object_list],
        "size": lists.total_size(found),
        "binned": managed_bin(person).count(),
        "kept": kept.urlencode(),
        "here": request.GET.urlencode(),
    }
    return render(request, "recordings/recordings.html", context)


@host_page
@require_POST
def recording_keep(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Keep a recording (``is_kept`` is sent), or let retention delete it again; then back to the list as it was."""
    person = page_person(request)
    recording = find_led_recording(person, recording_id)
    is_kept = bool(request.POST.get("is_kept"))
    keep(actor=person, recording=recording, is_kept=is_kept)
    sentence = _("“%(name)s” is kept.") if is_kept else _("“%(name)s” is not kept any more.")
    messages.success(request, sentence % {"name": recording.name})
    back = QueryDict(request.POST.get("back", "")[:_LONGEST_QUERY]).urlencode()
    return redirect(f"{reverse('recordings')}?{back}" if back else "recordings")


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
