"""What the admin pages of several apps share."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the product writes: they are looked at and, where that makes sense, revoked."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeptAdmin(admin.ModelAdmin):
    """Rows on which too much hangs to be deleted: they are switched off instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
