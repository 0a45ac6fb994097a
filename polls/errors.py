"""Why a poll refuses: its present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class AlreadyVoted(Conflict):
    """A poll with one choice; the first one stands."""

    code = "already_voted"
    sentence = _("You have voted already. Your first choice counts.")


class PollClosed(Conflict):
    """No more votes, and nothing of it changes any more."""

    code = "poll_closed"
    sentence = _("This poll is closed.")


class PollNotLaunched(Conflict):
    """Only prepared so far."""

    code = "poll_not_launched"
    sentence = _("This poll has not been launched yet.")


class PollLaunched(Conflict):
    """People have seen it: it is not edited any more."""

    code = "poll_launched"
    sentence = _("This poll has been launched and cannot be edited any more. Close it and make another.")


class TooManyPolls(Conflict):
    """Every page shows all polls of a session; there is an end to it."""

    code = "too_many_polls"
    sentence = _("This session has as many polls as it can have. Delete one first.")
