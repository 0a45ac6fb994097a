"""Base classes for the admin pages of several apps."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import model_ngettext
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Problem
from core.models import IdempotentReply


class KeptAdmin(admin.ModelAdmin):
    """Rows that are never deleted here: other rows depend on them, or they are evidence. They are deactivated instead,
    or go through the product's bin.
    """

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change these rows may run the actions on them."""
        return self.has_change_permission(request)

    def each(self, request: HttpRequest, rows: Any, do: Callable[[Any], object]) -> None:
        """Run the action on each row and report the results; a refusal of one row does not stop the others."""
        done = 0
        for row in rows:
            try:
                do(row)
            except (Problem, OSError) as problem:
                why = problem.sentence if isinstance(problem, Problem) else problem
                messages.warning(request, _("%(name)s: %(why)s") % {"name": row, "why": why})
            else:
                done += 1
        what = model_ngettext(self.opts, done)
        messages.info(request, _("Done with %(count)s %(what)s.") % {"count": done, "what": what})


class ReadOnlyAdmin(KeptAdmin):
    """Rows that only the product writes: staff can look at them and, where that makes sense, revoke them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IdempotentReply)
class IdempotentReplyAdmin(ReadOnlyAdmin):
    """Replies kept for 24 hours; their content stays encrypted."""

    list_display = ["id", "created_at", "is_answered"]
    search_fields = ["id"]
    date_hierarchy = "created_at"
    fields = ["id", "created_at", "is_answered"]
    readonly_fields = ["is_answered"]

    @admin.display(boolean=True, description=gettext_lazy("answered"))
    def is_answered(self, reply: IdempotentReply) -> bool:
        return bool(reply.reply_sealed)
