"""Why the chat refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class ChatOff(Conflict):
    """Preset or host switched the chat off."""

    code = "chat_off"
    sentence = _("The chat is switched off.")


class AlreadyDecided(Conflict):
    """A held message was approved or rejected already."""

    code = "already_decided"
    sentence = _("This message was decided already.")
