"""Use cases of the chat."""

from chat.services.lobby import clear_lobby_message, set_lobby_message
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
from chat.services.team import delete_team_message, send_team_message

__all__ = [
    "approve_message",
    "clear_lobby_message",
    "close_reports",
    "delete_message",
    "delete_messages_of",
    "delete_team_message",
    "pin_message",
    "react",
    "reject_message",
    "report_message",
    "send_message",
    "send_team_message",
    "set_lobby_message",
    "unpin_message",
]
