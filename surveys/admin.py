"""Answers for staff: read, never written."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from surveys.models import SurveyAnswer


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(ReadOnlyAdmin):
    """Answers of all sessions."""

    list_display = ("rating", "attendance", "created_at", "updated_at")
    list_filter = ("rating",)
    search_fields = ("attendance__session__id", "attendance__session__title")
    list_select_related = ("attendance__session", "attendance__user")
    date_hierarchy = "created_at"
