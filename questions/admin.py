"""Questions for staff: read, never written."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from questions.models import Question, QuestionVote


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """Questions of all sessions."""

    list_display = ("text", "user", "session", "vote_count", "created_at", "answered_at", "dismissed_at")
    list_filter = ("is_held", ("answered_at", admin.EmptyFieldListFilter), ("dismissed_at", admin.EmptyFieldListFilter))
    search_fields = ("text", "user__username", "user__email", "session__id", "session__title")
    list_select_related = ("user", "session")
    date_hierarchy = "created_at"


@admin.register(QuestionVote)
class QuestionVoteAdmin(ReadOnlyAdmin):
    """The votes: who voted for which question."""

    list_display = ("user", "question", "created_at")
    search_fields = ("user__username", "user__email", "question__text", "question__session__id")
    list_select_related = ("user", "question")
    date_hierarchy = "created_at"
