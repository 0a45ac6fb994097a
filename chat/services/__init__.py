"""Writes of `chat`: one function a use case."""

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
from chat.services.rehearsal import close, drop_rehearsal, forget
from chat.services.sending import check_may_write, check_readable, react, send_message

__all__ = [
    "approve_message",
    "check_may_write",
    "check_readable",
    "close",
    "close_reports",
    "delete_message",
    "delete_messages_of",
    "drop_rehearsal",
    "forget",
    "pin_message",
    "react",
    "reject_message",
    "report_message",
    "send_message",
    "unpin_message",
]
