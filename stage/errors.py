"""Errors of the stage: its present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class StageOff(Conflict):
    """The preset or the session's settings switch the stage off."""

    code = "stage_off"
    sentence = _("The stage is switched off in this webinar.")


class StageFull(Conflict):
    """The limit of people on stage, not counting host and co-hosts, is reached."""

    code = "stage_full"
    sentence = _("The stage is full. Take somebody off, or raise the number of places in the settings.")


class AlreadyDecided(Conflict):
    """The request was decided the other way."""

    code = "already_decided"
    sentence = _("This request was already decided. Ask the person to raise their hand again.")


class TakenBack(Conflict):
    """The person withdrew the request."""

    code = "taken_back"
    sentence = _("The person has withdrawn this request. Wait until they raise their hand again.")


class NotOnStage(Conflict):
    """The person is not on stage, so there is nothing to allow or forbid."""

    code = "not_on_stage"
    sentence = _(
        "This person is not on stage: nobody hears or sees them, so there is nothing to mute. Hosts and co-hosts "
        "switch their own microphones."
    )


class OnStageAlready(Conflict):
    """The person is on stage already."""

    code = "on_stage"
    sentence = _("You are on stage already.")
