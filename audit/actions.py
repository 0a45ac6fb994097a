"""The actions of the log in words: “Ada **banned** Grace”."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "session.backstage_opened": _("opened the backstage"),
    "session.backstage_closed": _("closed the backstage"),
    "session.went_live": _("went live"),
    "session.ended": _("ended the session"),
    "session.settings_changed": _("changed the settings"),
    "session.rescheduled": _("moved the session"),
    "session.deleted": _("deleted the session"),
    "moderation.rules_changed": _("changed the rules of the conversation"),
    "people.banned": _("banned"),
    "people.unbanned": _("let in again"),
    "people.put_out": _("put out"),
    "people.role_added": _("gave a role to"),
    "people.role_removed": _("took the role from"),
    "people.invited": _("invited somebody"),
    "people.invitation_revoked": _("revoked an invitation"),
    "stage.added": _("brought on stage"),
    "stage.removed": _("took off the stage"),
    "stage.permissions_changed": _("changed what may be sent by"),
    "stage.gone": _("noticed the absence from the stage of"),
    "stage.hidden": _("hid the stage"),
    "stage.shown": _("showed the stage again"),
    "hand.approved": _("approved the raised hand of"),
    "hand.rejected": _("rejected the raised hand of"),
    "join_request.approved": _("approved the request of"),
    "join_request.rejected": _("rejected the request of"),
    "chat.message_deleted": _("deleted a message of"),
    "chat.cleared": _("deleted all messages of"),
    "chat.message_approved": _("approved a message of"),
    "chat.message_rejected": _("rejected a message of"),
    "chat.reports_closed": _("dealt with reports about"),
    "chat.pinned": _("pinned a message of"),
    "chat.unpinned": _("unpinned a message of"),
    "chat.exported": _("downloaded the chat"),
    "poll.prepared": _("prepared a poll"),
    "poll.created": _("started a poll"),
    "poll.updated": _("changed a poll"),
    "poll.deleted": _("deleted a poll"),
    "poll.launched": _("launched a poll"),
    "poll.closed": _("closed a poll"),
    "poll.results_shown": _("showed the results of a poll"),
    "question.approved": _("approved a question of"),
    "question.answered": _("answered a question of"),
    "question.dismissed": _("dismissed a question of"),
    "question.restored": _("restored a question of"),
    "question.pinned": _("pinned a question of"),
    "question.unpinned": _("unpinned a question of"),
    "recording.published": _("published a recording"),
    "recording.unpublished": _("took a recording out of the replay"),
    "recording.publishing_changed": _("changed how the replay is published"),
    "attendance.exported": _("downloaded the attendance"),
}


def in_words(action: str) -> str:
    """What ``action`` was, in the reader's language; an action without words is shown as it is stored."""
    return str(ACTIONS.get(action, action))
