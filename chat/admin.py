"""The chat for staff: who wrote when, and the public text. The text of direct messages is shown to nobody."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.models import ChatMessage, ChatReport
from core.admin import ReadOnlyAdmin


@admin.register(ChatMessage)
class ChatMessageAdmin(ReadOnlyAdmin):
    """Read-only: a change here would not reach open pages. The crew deletes messages through the product."""

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
    """Reports of messages."""

    list_display = ["created_at", "message", "reported_by", "reason", "closed_at"]
    search_fields = ["message__id__exact", "message__session__id__exact", "reported_by__email"]
    list_select_related = ["message", "reported_by"]
