"""Use cases of the chat."""

from chat.services.moderating import (
    approve_message,
    close_reports,
    delete_message,
    delete_messages_of,
    pin_message,
    reject_message,
    report_message,
    unpin_message,
)
from chat.services.sending import react, send_message

__all__ = [
    "approve_message",
    "close_reports",
    "delete_message",
    "delete_messages_of",
    "pin_message",
    "react",
    "reject_message",
    "report_message",
    "send_message",
    "unpin_message",
]
