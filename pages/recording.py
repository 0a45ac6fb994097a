"""The page of a recording for those who lead its session: watching, trimming, name, poster, publishing,
captions, downloads.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.person import Person
from accounts.views import page_person
from core.errors import Invalid, NotFound, Problem
from core.forms import add_problem
from pages.failures import failure_texts
from pages.refusal import refused
from pages.replay import player_context
from recordings import posters, replay, replay_links, services, tracks, trimming, webvtt
from recordings.forms import RecordingForm
from recordings.keeping import retention
from recordings.models import Recording
from recordings.moments import moments_of, picture_of
from recordings.replay_forms import (
    PosterMomentForm,
    PosterUploadForm,
    PublishingForm,
    TrackForm,
    TrackNameForm,
    TrimForm,
)
from sessions.queries import find_session
from sessions.rights.capabilities import capabilities


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """For host and co-hosts; "not found" for anyone else. The field ``do`` names the action."""
    person = page_person(request)
    try:
        found = replay.find_led_recording(person, recording_id)
    except NotFound:
        return refused(request, "not_found", 404)
    session = find_session(person, found.session_id)
    shown: dict[str, forms.Form] = {
        "trim_form": TrimForm(recording=found),
        "track_form": TrackForm(),
        "publishing_form": PublishingForm(session=session),
        "moment_form": PosterMomentForm(recording=found),
        "picture_form": PosterUploadForm(),
        "name_form": RecordingForm(initial={"name": found.name}),
    }
    if request.method == "POST":
        form_name, action = _ACTIONS.get(request.POST.get("do", ""), ("", _nothing))
        form = _bound(request, form_name, found)
        if form is not None:
            shown[form_name] = form
        if form is None or form.is_valid():
            try:
                messages.success(request, action(person, found, form))
            except Problem as problem:
                if form is None or not isinstance(problem, Invalid):
                    messages.error(request, str(problem.sentence))
                else:
                    add_problem(form, problem)
            if form is None or not form.errors:
                return redirect("recording", recording_id)
    found = replay.find_led_recording(person, recording_id)
    context = {
        **shown,
        "recording": found,
        "session": session,
        "room": session.room,
        "manages": capabilities(person, session).may_delete,
        "tracks": [(track, replay_links.track_url(track)) for track in tracks.tracks_of(found)],
        "poster": replay_links.whole_poster_url(found),
        "moments": list(map(int, moments_of(found, session))),
        "is_poster_pending": posters.is_being_made(found),
        "has_poster_failed": posters.has_failed(found),
        "has_trim_failed": trimming.has_failed(found),
        "failures": failure_texts(),
        "config": _configuration(request, found),
        **player_context(),
    }
    return render(request, "recordings/recording.html", context)


@login_required
@never_cache
@require_safe
def recording_file(request: HttpRequest, recording_id: UUID, which: str) -> HttpResponse:
    """Download the trimmed version (``shown``) of the recording, or the ``original``."""
    if which not in {"shown", "original"}:
        raise Http404
    try:
        person = page_person(request)
        found = replay.find_led_recording(person, recording_id)
        link = services.download(actor=person, recording=found, is_original=which == "original")
        return redirect(link.download_url)
    except NotFound:
        return refused(request, "not_found", 404)
    except Problem as problem:
        messages.error(request, str(problem.sentence))
        return redirect("recording", recording_id)


@login_required
@cache_control(private=True, max_age=3600)
@require_safe
def recording_moment(request: HttpRequest, recording_id: UUID, at: int) -> HttpResponse:
    """A small picture of the recording at this second."""
    try:
        found = replay.find_led_recording(page_person(request), recording_id)
    except NotFound:
        return refused(request, "not_found", 404)
    picture = picture_of(found, at)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track_edit(request: HttpRequest, recording_id: UUID, track_id: UUID) -> HttpResponse:
    """Name captions, or make them the default."""
    person = page_person(request)
    try:
        found = replay.find_led_recording(person, recording_id)
        track = tracks.find_track(found, track_id)
        form = TrackNameForm(request.POST or None, track=track)
        if request.method == "POST" and form.is_valid():
            tracks.update_track(actor=person, recording=found, track_id=track_id, **form.cleaned_data)
            messages.success(request, _("The captions were saved."))
            return redirect("recording", recording_id)
    except NotFound:
        return refused(request, "not_found", 404)
    return render(request, "recordings/track_edit.html", {"recording": found, "track": track, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track_delete(request: HttpRequest, recording_id: UUID, track_id: UUID) -> HttpResponse:
    """Ask for confirmation, then delete captions: there is no bin for them, as the page says."""
    person = page_person(request)
    try:
        found = replay.find_led_recording(person, recording_id)
        track = tracks.find_track(found, track_id)
        if request.method == "POST":
            tracks.delete_track(actor=person, recording=found, track_id=track_id)
    except NotFound:
        return refused(request, "not_found", 404)
    if request.method == "POST":
        messages.success(request, _("The captions were deleted."))
        return redirect("recording", recording_id)
    return render(request, "recordings/track_delete.html", {"recording": found, "track": track})


def _configuration(request: HttpRequest, found: Recording) -> dict[str, Any]:
    return {
        "api": f"/v1/webinar/recordings/{found.pk}",
        "csrfToken": get_token(request),
        "part": {
            "id": str(found.pk),
            "name": found.name,
            "duration": found.duration,
            "trim_start": found.trim_start,
            "trim_end": found.trim_end,
            "poster": replay_links.whole_poster_url(found),
            "sprite": replay_links.whole_sprite(found),
        },
        "isReady": found.status == Recording.Status.COMPLETED,
        "isBeingMade": found.status == Recording.Status.RECORDING,
    }


def _bound(request: HttpRequest, name: str, found: Recording) -> forms.Form | None:
    match name:
        case "trim_form":
            return TrimForm(request.POST, recording=found)
        case "track_form":
            return TrackForm(request.POST, request.FILES)
        case "publishing_form":
            return PublishingForm(request.POST, session=found.session)
        case "moment_form":
            return PosterMomentForm(request.POST, recording=found)
        case "picture_form":
            return PosterUploadForm(request.POST, request.FILES)
        case "name_form":
            return RecordingForm(request.POST)
    return None


Action = Callable[[Person, Recording, Any], str]


def _publish(person: Person, found: Recording, form: None) -> str:
    replay.publish(actor=person, recording=found)
    return _("The recording is published. Everyone with the link can watch it.")


def _unpublish(person: Person, found: Recording, form: None) -> str:
    replay.unpublish(actor=person, recording=found)
    return _("The recording is unpublished. People who are watching now can continue for up to two hours.")


def _trim(person: Person, found: Recording, form: TrimForm) -> str:
    trimming.set_trim(actor=person, recording=found, **form.cleaned_data)
    return _("Saved. Viewers get only this part as soon as its file is ready.")


def _reset(person: Person, found: Recording, form: None) -> str:
    trimming.set_trim(actor=person, recording=found, trim_start=None, trim_end=None)
    return _("The whole recording is shown again.")


def _choose(person: Person, found: Recording, form: PublishingForm) -> str:
    publishing = form.cleaned_data["publishing"] or None
    replay.choose_publishing(actor=person, session=found.session, publishing=publishing)
    return _("Saved. It applies to recordings that become ready from now on.")


def _keep(person: Person, found: Recording, form: None) -> str:
    retention.keep(actor=person, recording=found, is_kept=True)
    return _("The recording is kept.")


def _unkeep(person: Person, found: Recording, form: None) -> str:
    retention.keep(actor=person, recording=found, is_kept=False)
    return _("The recording is not kept any more: it is deleted when recordings of its age are.")


def _add_track(person: Person, found: Recording, form: TrackForm) -> str:
    fields = dict(form.cleaned_data)
    raw = fields.pop("file").read(webvtt.MAX_BYTES + 1)
    track = tracks.add_track(actor=person, recording=found, raw=raw, **fields)
    return _("The captions were added: %(label)s.") % {"label": track.label}


def _rename(person: Person, found: Recording, form: RecordingForm) -> str:
    services.rename_recording(actor=person, recording=found, name=form.cleaned_data["name"])
    return _("The new name was saved.")


def _choose_moment(person: Person, found: Recording, form: PosterMomentForm) -> str:
    posters.choose_moment(actor=person, recording=found, at=form.cleaned_data["at"])
    return _("The picture is being taken. Viewers see it in a moment.")


def _upload_poster(person: Person, found: Recording, form: PosterUploadForm) -> str:
    posters.upload(actor=person, recording=found, raw=form.cleaned_data["file"].read(posters.MAX_BYTES + 1))
    return _("Viewers see your picture now.")


def _reset_poster(person: Person, found: Recording, form: None) -> str:
    posters.reset(actor=person, recording=found)
    return _("The poster is chosen by itself again.")


def _nothing(person: Person, found: Recording, form: None) -> str:
    raise Problem


_ACTIONS: dict[str, tuple[str, Action]] = {
    "publish": ("", _publish),
    "unpublish": ("", _unpublish),
    "trim": ("trim_form", _trim),
    "reset": ("", _reset),
    "choose": ("publishing_form", _choose),
    "keep": ("", _keep),
    "unkeep": ("", _unkeep),
    "add_track": ("track_form", _add_track),
    "rename": ("name_form", _rename),
    "poster_moment": ("moment_form", _choose_moment),
    "poster_upload": ("picture_form", _upload_poster),
    "poster_reset": ("", _reset_poster),
}
