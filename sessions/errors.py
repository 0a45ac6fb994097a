"""Errors of sessions: the session's present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotAllowed, TooMany


class SessionNotLive(Conflict):
    """The audience can join only while the session is live."""

    code = "session_not_live"
    sentence = _("The webinar is not live yet.")


class SessionIsLive(Conflict):
    """A live session cannot be deleted or rescheduled; end it first."""

    code = "session_is_live"
    sentence = _("The webinar is live. End it first.")


class SessionEnded(Conflict):
    """It is over for good."""

    code = "session_ended"
    sentence = _("The webinar has ended.")


class BackstageIsOpen(Conflict):
    """The studio shows another page for each source, so the source stays while people are in it."""

    code = "backstage_is_open"
    sentence = _("The studio is open. Leave the rehearsal first, then change the video source.")


class SessionExpired(Conflict):
    """Its time passed without a start; it needs a new time."""

    code = "session_expired"
    sentence = _("The planned time has passed. Set a new date first.")


class RoomHasLiveSession(Conflict):
    """A room can have only one live session."""

    code = "room_has_live_session"
    sentence = _("Another session of this room is live. End it first.")


class Banned(NotAllowed):
    """The crew banned this person, or somebody who uses the same device."""

    code = "banned"
    sentence = _("You were removed from this webinar. If you think this is a mistake, write to the host.")


class RegistrationRequired(NotAllowed):
    """The room is for registered people only."""

    code = "registration_required"
    sentence = _("This webinar is for registered people only. Ask the host for access.")


class DoorClosed(NotAllowed):
    """The crew locked the session against newcomers."""

    code = "door_closed"
    sentence = _("The host has locked this webinar: nobody new is let in at the moment. Try again later.")


class CannotBeRemoved(Conflict):
    """Who leads the session, staff, and oneself are neither banned nor removed."""

    code = "cannot_be_removed"
    sentence = _("You cannot ban or remove hosts, co-hosts, staff or yourself. Remove a co-host's role first.")


class WritingClosed(NotAllowed):
    """The chat rules let only some people write."""

    code = "writing_closed"
    sentence = _("Only the team can write at the moment.")


class SlowMode(TooMany):
    """Slow mode is on, and this person wrote a moment ago."""

    code = "slow_mode"
    sentence = _("Slow mode is on. Wait a little before you write again.")


class TooManyConnections(TooMany):
    """The person has the maximum number of media connections."""

    code = "too_many_connections"
    sentence = _("You are watching this webinar in too many tabs or on too many devices. Close one, then try again.")
    retry_after = 20
