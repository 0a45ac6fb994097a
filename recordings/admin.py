"""Recordings for staff: what exists, how much space it takes, and actions on it."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.services import record
from core.admin import ReadOnlyAdmin
from recordings import processing
from recordings.forms import CleanUpForm
from recordings.keeping import bin as recordings_bin
from recordings.keeping import retention
from recordings.keeping.cleanup import clean_up
from recordings.keeping.usage import storage_usage
from recordings.models import LibraryRetention, Recording, TextTrack


class InBin(admin.SimpleListFilter):
    """Filters by the bin: not in it, in it, or deleted for good."""

    title = gettext_lazy("bin")
    parameter_name = "bin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not deleted")), ("yes", _("In the bin")), ("gone", _("Deleted for good"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> QuerySet[Recording]:
        match self.value():
            case "no":
                return queryset.filter(deleted_at=None)
            case "yes":
                return queryset.filter(deleted_at__isnull=False, files_deleted_at=None)
            case "gone":
                return queryset.filter(files_deleted_at__isnull=False)
        return queryset


@admin.register(Recording)
class RecordingAdmin(ReadOnlyAdmin):
    """The recordings of all sessions."""

    change_list_template = "admin/recordings/recording/change_list.html"
    list_display = (
        "name",
        "session",
        "status",
        "phase",
        "duration",
        "file_size",
        "is_kept",
        "created_at",
        "deleted_at",
    )
    list_filter = ("status", "phase", InBin, "is_kept", "storage_type", "session__room__library", "created_at")
    search_fields = ("id", "name", "session__id", "session__title")
    list_select_related = ("session",)
    date_hierarchy = "created_at"
    actions = ("retry", "keep", "unkeep", "move_to_bin", "restore", "delete_for_good")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change recordings may run all of these actions."""
        return request.user.has_perm("recordings.change_recording")

    @admin.action(description=gettext_lazy("Process failed ones again"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        def do(recording: Recording) -> None:
            processing.retry(recording)
            record(
                "recording.retried", actor=_staff(request).pk, session=recording.session_id, recording=str(recording.pk)
            )

        self.each(request, queryset, do)

    @admin.action(description=gettext_lazy("Keep: retention does not delete it"), permissions=["operate"])
    def keep(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self.each(request, queryset, lambda each: retention.keep_for_staff(each, is_kept=True, by=_staff(request)))

    @admin.action(description=gettext_lazy("Keep no longer"), permissions=["operate"])
    def unkeep(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self.each(request, queryset, lambda each: retention.keep_for_staff(each, is_kept=False, by=_staff(request)))

    @admin.action(description=gettext_lazy("Move to the bin"), permissions=["operate"])
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self.each(request, queryset, lambda each: recordings_bin.move_to_bin(each, by=_staff(request)))

    @admin.action(description=gettext_lazy("Restore from the bin"), permissions=["operate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        self.each(request, queryset, lambda each: recordings_bin.restore_for_staff(each, by=_staff(request)))

    @admin.action(description=gettext_lazy("Delete for good (only what is in the bin)"), permissions=["operate"])
    def delete_for_good(self, request: HttpRequest, queryset: QuerySet[Recording]) -> HttpResponse | None:
        """Shows a page first that lists what will be deleted."""
        found = queryset.filter(pk__in=recordings_bin.in_bin().order_by().values("pk"))
        if request.POST.get("confirmed"):
            self.each(
                request,
                found.select_related("session"),
                lambda each: recordings_bin.delete_for_good(each, by=_staff(request)),
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete for good?"),
            "opts": self.opts,
            "recordings": found,
            "total": sum(each.file_size or 0 for each in found),
        }
        return TemplateResponse(request, "admin/recordings/recording/delete_for_good.html", context)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.storage_view)
        return [path("storage/", page, name="recordings_recording_storage"), *super().get_urls()]

    def storage_view(self, request: HttpRequest) -> HttpResponse:
        """Used and free space, and clean-up, which first shows what it would do."""
        if not self.has_view_permission(request):
            return redirect("admin:index")
        may_clean = self.has_operate_permission(request)
        form = CleanUpForm(request.POST if request.method == "POST" and may_clean else None)
        cleaned = None
        if form.is_bound and form.is_valid():
            try:
                cleaned = clean_up(by=_staff(request), dry_run="remove" not in request.POST, **form.cleaned_data)
            except OSError as error:
                messages.error(request, _("The storage does not answer: %(why)s") % {"why": error})
            else:
                if not cleaned.dry_run:
                    messages.success(
                        request,
                        _("Done. Recordings are in the bin for %(days)s days.") % {"days": settings.BIN_FOR.days},
                    )
                    return redirect("admin:recordings_recording_storage")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Storage"),
            "opts": self.opts,
            "usage": storage_usage(),
            "form": form,
            "cleaned": cleaned,
            "may_clean": may_clean,
        }
        return TemplateResponse(request, "admin/recordings/recording/storage.html", context)


@admin.register(LibraryRetention)
class LibraryRetentionAdmin(admin.ModelAdmin):
    """Libraries with a retention of their own for recordings."""

    list_display = ("library", "days")
    search_fields = ("library__id", "library__name", "library__organization__name")
    list_select_related = ("library",)


@admin.register(TextTrack)
class TextTrackAdmin(ReadOnlyAdmin):
    """Captions of all recordings."""

    list_display = ("label", "language", "recording", "source", "is_default", "created_at")
    list_filter = ("source", "language")
    search_fields = ("label", "recording__id", "recording__name")
    list_select_related = ("recording",)


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)
