"""Errors of the chat."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class ChatOff(Conflict):
    """The preset or the host switched the chat off."""

    code = "chat_off"
    sentence = _("The chat is switched off.")


class AlreadyDecided(Conflict):
    """The held message was approved or rejected before."""

    code = "already_decided"
    sentence = _("This message was already approved or rejected.")


class NobodyWaits(Conflict):
    """The session is live: everybody is let in at once."""

    code = "nobody_waits"
    sentence = _("The webinar is live, so nobody waits in the lobby. Write in the chat instead.")
