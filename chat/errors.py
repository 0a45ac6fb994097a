"""Why the chat refuses."""

from django.utils.translation import gettext_lazy as _

from base.errors import Conflict, NotAllowed, TooMany


class ChatOff(Conflict):
    """Preset or host switched the chat off."""

    code = "chat_off"
    sentence = _("The chat is switched off.")


class AlreadyDecided(Conflict):
    """A held message was approved or rejected already."""

    code = "already_decided"
    sentence = _("This message was decided already.")


class WritingClosed(NotAllowed):
    """The crew's present rules let only some people write."""

    code = "writing_closed"
    sentence = _("Only the crew can write at the moment.")


class SlowMode(TooMany):
    """The crew lets each person write once in a while."""

    code = "slow_mode"
    sentence = _("Slow mode is on. Wait a little before you write again.")
