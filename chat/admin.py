"""The chat for staff: who wrote when, and what was public. The text of a direct message is shown to nobody."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.models import ChatMessage, ChatReport
from core.admin import ReadOnlyAdmin


@admin.register(ChatMessage)
class ChatMessageAdmin(ReadOnlyAdmin):
    """Looked at, never changed: open pages would not hear of it. Deleting is the crew's, through the product."""

    list_display = ["created_at", "username", "role", "status", "is_direct", "deleted_at", "session"]
    list_filter = ["status", "role"]
    search_fields = ["id__exact", "session__id__exact", "user__email", "username"]
    list_select_related = ["session"]
    date_hierarchy = "created_at"
    readonly_fields = [
        "id", "session", "user", "username", "role", "public_text", "is_direct", "status",
        "created_at", "published_at", "pinned_at", "deleted_at", "deleted_by",
    ]  # fmt: skip
    exclude = ["text", "recipient", "recipient_username", "client_id"]

    @admin.display(description=_("text"))
    def public_text(self, message: ChatMessage) -> str:
        return str(_("(a direct message)")) if message.is_direct else message.text

    @admin.display(description=_("direct"), boolean=True)
    def is_direct(self, message: ChatMessage) -> bool:
        return message.is_direct


@admin.register(ChatReport)
class ChatReportAdmin(ReadOnlyAdmin):
    """What people reported."""

    list_display = ["created_at", "message", "reported_by", "reason", "closed_at"]
    search_fields = ["message__id__exact", "message__session__id__exact", "reported_by__email"]
    list_select_related = ["message", "reported_by"]
