"""Sessions for staff. Status and times are read-only, because the life cycle sets them. Stream keys are not shown."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.admin import KeptAdmin, ReadOnlyAdmin
from sessions import bin as sessions_bin
from sessions.models import Admission, Attendance, Ban, Invitation, Presence, Session, SessionRole, StageMember, Stay


@admin.register(Session)
class SessionAdmin(KeptAdmin):
    """Sessions of all organizations."""

    actions = ("move_to_bin", "restore")

    list_display = (
        "title",
        "room",
        "status",
        "mode",
        "scheduled_start_time",
        "started_at",
        "max_viewers",
        "deleted_at",
    )
    list_filter = ("status", "mode", ("deleted_at", admin.EmptyFieldListFilter), "room__library__organization")
    search_fields = ("id", "title", "room__title", "room__slug", "room__host__email")
    readonly_fields = (
        "id",
        "status",
        "scheduled_start_time",
        "backstage_opened_at",
        "started_at",
        "ended_at",
        "max_viewers",
        "host_video_enabled",
        "host_audio_enabled",
        "media_confirmed_at",
        "last_active_at",
        "idle_warned_at",
        "blocked_words",
        "preset_copy",
        "created_at",
        "updated_at",
        "deleted_at",
        "purged_at",
    )
    exclude = ("stream_key_sealed", "stream_key_hash")
    raw_id_fields = ("room", "preset")
    list_select_related = ("room",)
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Sessions are created in a room, through page or API."""
        return False

    @admin.action(description=_("Move to the bin, with everything in them"), permissions=["operate"])
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self.each(request, queryset, lambda session: sessions_bin.delete_for_staff(session, by=_staff(request)))

    @admin.action(description=_("Restore from the bin"), permissions=["operate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self.each(request, queryset, lambda session: sessions_bin.restore_for_staff(session, by=_staff(request)))


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    """The attendance of sessions."""

    list_display = ("user", "session", "joined_at", "left_at", "watch_duration", "join_count", "is_attendee")
    list_filter = ("joined_at",)
    search_fields = ("user__username", "user__email", "session__id", "session__title")
    list_select_related = ("user", "session")
    date_hierarchy = "joined_at"


@admin.register(Stay)
class StayAdmin(ReadOnlyAdmin):
    """Finished stays."""

    list_display = ("attendance", "began_at", "ended_at")
    search_fields = ("attendance__user__username", "attendance__session__id", "attendance__session__title")
    list_select_related = ("attendance__user", "attendance__session")


@admin.register(Presence)
class PresenceAdmin(ReadOnlyAdmin):
    """Who is there now, and by which connection."""

    list_display = ("user", "session", "source", "role", "seen_at")
    list_filter = ("role", "seen_at")
    search_fields = ("user__username", "user__email", "session__id", "session__title")
    list_select_related = ("user", "session")


class PeopleAdmin(ReadOnlyAdmin):
    """Base for rows about a person in a session."""

    search_fields = ("user__username", "user__email", "session__id", "session__title")
    list_select_related = ("user", "session")


@admin.register(SessionRole)
class SessionRoleAdmin(PeopleAdmin):
    """Co-hosts, moderators and speakers."""

    list_display = ("user", "session", "role", "assigned_by", "assigned_at", "removed_at")
    list_filter = ("role", ("removed_at", admin.EmptyFieldListFilter))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Personal links; the links themselves are not shown."""

    list_display = ("name", "session", "role", "invited_by", "created_at", "accepted_at", "revoked_at")
    list_filter = ("role", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "email", "session__id", "session__title")
    list_select_related = ("session", "invited_by")
    exclude = ("token_hash", "token_sealed")


@admin.register(StageMember)
class StageMemberAdmin(PeopleAdmin):
    """Places on stage."""

    list_display = ("user", "session", "can_publish_audio", "can_publish_video", "joined_stage_at", "left_stage_at")
    list_filter = (("left_stage_at", admin.EmptyFieldListFilter),)


@admin.register(Admission)
class AdmissionAdmin(PeopleAdmin):
    """Who waited when the session was locked."""

    list_display = ("user", "session", "admitted_at")


@admin.register(Ban)
class BanAdmin(PeopleAdmin):
    """Bans."""

    list_display = ("user", "session", "banned_by", "banned_at", "lifted_at")
    list_filter = (("lifted_at", admin.EmptyFieldListFilter),)
