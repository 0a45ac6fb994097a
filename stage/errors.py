"""Why the stage refuses: its present state does not allow the action."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class StageOff(Conflict):
    """The preset or the session's settings have no stage."""

    code = "stage_off"
    sentence = _("The stage is switched off in this session.")


class StageFull(Conflict):
    """As many people are on stage as may be, beside host and co-hosts."""

    code = "stage_full"
    sentence = _("The stage is full. Take somebody off, or raise the limit in the session's settings.")


class AlreadyDecided(Conflict):
    """The request was answered the other way."""

    code = "already_decided"
    sentence = _("This was decided already. Ask the person to raise their hand again.")


class TakenBack(Conflict):
    """The person no longer wants to come on stage."""

    code = "taken_back"
    sentence = _("The person took this back. Wait until they raise their hand again.")


class NotOnStage(Conflict):
    """Who is not on stage sends nothing that could be allowed or forbidden."""

    code = "not_on_stage"
    sentence = _(
        "This person is not on stage: nobody hears or sees them, so there is nothing to mute. Hosts and co-hosts "
        "switch their own microphone."
    )


class OnStageAlready(Conflict):
    """Who is on stage has nothing to ask for."""

    code = "on_stage"
    sentence = _("You are on stage already.")
