"""Polls for staff: read, never written."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from polls.models import Poll, PollOption, Vote


@admin.register(Poll)
class PollAdmin(ReadOnlyAdmin):
    """Polls of all sessions."""

    list_display = ("question", "session", "created_by", "voter_count", "launched_at", "closed_at")
    list_filter = (
        ("launched_at", admin.EmptyFieldListFilter),
        ("closed_at", admin.EmptyFieldListFilter),
        "allow_multiple_votes",
        "results_hidden",
    )
    search_fields = ("question", "session__id", "session__title")
    list_select_related = ("session", "created_by")
    date_hierarchy = "created_at"


@admin.register(PollOption)
class PollOptionAdmin(ReadOnlyAdmin):
    """The options of polls."""

    list_display = ("text", "poll", "position", "vote_count")
    search_fields = ("text", "poll__question", "poll__session__id")
    list_select_related = ("poll",)


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """The votes: who chose which option."""

    list_display = ("user", "option", "poll", "created_at")
    search_fields = ("user__username", "user__email", "poll__question", "poll__session__id")
    list_select_related = ("user", "option", "poll")
    date_hierarchy = "created_at"
