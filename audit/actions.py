"""Sentences for the actions of the audit log: “Ada **banned** Grace”.

Where nobody acted, the sentence follows who it is about: “Grace **lost the connection to the stage**”.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "user.opened": _("activated the account of"),
    "user.closed": _("deactivated the account of"),
    "user.sign_in_ended": _("ended a sign-in of"),
    "user.other_sign_ins_ended": _("ended all other sign-ins of"),
    "organization.opened": _("activated an organization"),
    "organization.closed": _("deactivated an organization"),
    "session.backstage_opened": _("opened the backstage"),
    "session.backstage_closed": _("closed the backstage"),
    "session.went_live": _("went live"),
    "session.ended": _("ended the webinar"),
    "session.hls_ensured": _("switched on the quality “Stable”"),
    "session.updated": _("edited the session"),
    "session.duplicated": _("duplicated the session"),
    "session.settings_changed": _("changed the settings"),
    "session.stream_key_changed": _("changed the stream key"),
    "session.rescheduled": _("changed the date of the session"),
    "session.deleted": _("deleted the session"),
    "session.restored": _("restored the session"),
    "session.purged": _("deleted the session for good"),
    "room.moved": _("moved a room to the host"),
    "room.deleted": _("deleted a room"),
    "room.restored": _("restored a room"),
    "room.purged": _("deleted a room for good"),
    "preset.deleted": _("deleted a preset"),
    "preset.restored": _("restored a preset"),
    "preset.purged": _("deleted a preset for good"),
    "moderation.rules_changed": _("changed the chat rules"),
    "people.banned": _("banned"),
    "people.unbanned": _("let in again"),
    "people.kicked": _("removed from the webinar"),
    "people.role_added": _("gave the role %(role)s to"),
    "people.role_removed": _("took the role %(role)s from"),
    "people.renamed": _("changed their name"),
    "people.invited": _("invited %(name)s as %(role)s"),
    "people.invitation_revoked": _("revoked the invitation of %(name)s"),
    "people.invitation_renewed": _("created a new invitation link for %(name)s"),
    "people.invitation_changed": _("changed the invitation of %(name)s"),
    "people.invitation_taken": _("accepted an invitation"),
    "people.invitation_used": _("opened the used invitation link of %(name)s on another device"),
    "stage.added": _("brought on stage"),
    "stage.removed": _("took off the stage"),
    "stage.permissions_changed": _("changed the permissions on stage of"),
    "stage.gone": _("lost the connection to the stage"),
    "stage.arranged": _("changed the layout of the stage"),
    "stage.muted_all": _("muted everyone on stage"),
    "stage.hidden": _("paused the stage"),
    "stage.shown": _("resumed the stage"),
    "hand.approved": _("approved the raised hand of"),
    "hand.rejected": _("rejected the raised hand of"),
    "join_request.approved": _("approved the request of"),
    "join_request.rejected": _("rejected the request of"),
    "chat.message_deleted": _("deleted a message from"),
    "chat.cleared": _("deleted all messages from"),
    "chat.message_approved": _("approved a message from"),
    "chat.message_rejected": _("rejected a message from"),
    "chat.reports_closed": _("closed the reports of messages from"),
    "chat.pinned": _("pinned a message from"),
    "chat.unpinned": _("unpinned a message from"),
    "chat.exported": _("downloaded the chat"),
    "recording.started": _("started a recording"),
    "recording.stopped": _("stopped the recording"),
    "recording.deleted": _("deleted a recording"),
    "recording.expired": _("deleted a recording because of its age"),
    "recording.restored": _("restored a recording"),
    "recording.purged": _("deleted a recording for good"),
    "recording.kept": _("kept a recording from being deleted by its age"),
    "recording.unkept": _("stopped keeping a recording"),
    "recording.retried": _("processed a recording again"),
    "storage.cleaned": _("cleaned up the storage"),
    "poll.prepared": _("prepared a poll"),
    "poll.created": _("started a poll"),
    "poll.updated": _("changed a poll"),
    "poll.deleted": _("deleted a poll"),
    "poll.launched": _("launched a poll"),
    "poll.closed": _("closed a poll"),
    "poll.results_shown": _("showed the results of a poll"),
    "question.approved": _("approved a question from"),
    "question.answered": _("answered a question from"),
    "question.dismissed": _("dismissed a question from"),
    "question.restored": _("restored a question from"),
    "question.pinned": _("pinned a question from"),
    "question.unpinned": _("unpinned a question from"),
    "recording.published": _("published a recording"),
    "recording.unpublished": _("unpublished a recording"),
    "recording.publishing_changed": _("changed how the replay is published"),
    "recording.trimmed": _("trimmed a recording"),
    "recording.poster_chosen": _("chose the poster of a recording"),
    "recording.captions_added": _("added captions to a recording"),
    "recording.captions_changed": _("changed captions of a recording"),
    "recording.captions_deleted": _("deleted captions from a recording"),
    "polls.exported": _("downloaded the polls"),
    "questions.exported": _("downloaded the questions"),
    "survey.exported": _("downloaded the answers to the survey"),
    "attendance.exported": _("downloaded the attendance"),
}


_ROLES = {"co_host": _("co-host"), "moderator": _("moderator"), "speaker": _("speaker")}


class _Words(dict[str, Any]):
    """What an entry says of its action; what it does not say is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def in_words(action: str, details: Mapping[str, Any]) -> str:
    """The sentence of ``action`` in the reader's language, with names and roles from ``details``.

    An unknown action is shown as stored.
    """
    if action not in ACTIONS:
        return action
    words = _Words(details)
    if "role" in words:
        words["role"] = _ROLES.get(words["role"], words["role"])
    return str(ACTIONS[action]) % words
