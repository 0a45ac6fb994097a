"""Errors of polls: the poll's present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class AlreadyVoted(Conflict):
    """The poll has a single choice, and the first vote counts."""

    code = "already_voted"
    sentence = _("You have voted already. Your first choice counts.")


class PollClosed(Conflict):
    """The poll accepts no more votes and cannot be changed."""

    code = "poll_closed"
    sentence = _("This poll is closed.")


class PollNotLaunched(Conflict):
    """The poll is only prepared so far."""

    code = "poll_not_launched"
    sentence = _("This poll has not been launched yet.")


class PollLaunched(Conflict):
    """People have seen the poll, so it can no longer be edited."""

    code = "poll_launched"
    sentence = _("This poll has been launched and cannot be edited any more. Close it and make another.")


class TooManyPolls(Conflict):
    """The limit of polls in a session is reached, because every page shows all of them."""

    code = "too_many_polls"
    sentence = _("This webinar has as many polls as it can have. Delete one first.")
