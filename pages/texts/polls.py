"""For static/js/polls/polls_panel.js."""

from typing import Any

from django.utils.translation import gettext as _

from pages.texts.roles import role_texts


def polls_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {
        "roles": role_texts(),
        "you": _("You"),
        "newPoll": _("New poll"),
        "editPoll": _("Edit poll"),
        "ask": _("Ask everybody"),
        "empty": _("No polls yet. They appear here as soon as somebody asks."),
        "emptyCrew": _("No polls yet. Launch one now, or save some for later."),
        "kinds": {"open": _("Open"), "prepared": _("Prepared"), "closed": _("Closed")},
        "chooseOne": _("Choose one option."),
        "chooseSeveral": _("Choose as many options as you like."),
        "notSecret": _("The hosts can see who voted for what."),
        "thanks": _("Your vote counts."),
        "yours": _("Your choice"),
        "votes": {"one": _("%count vote"), "other": _("%count votes")},
        "voters": {"one": _("%count person voted."), "other": _("%count people voted.")},
        "hidden": _("The hosts show the results later."),
        "hiddenCrew": _("Only the crew sees the results."),
        "does": {
            "launch": _("Launch"),
            "edit": _("Edit"),
            "close": _("Close voting"),
            "show": _("Show results"),
            "delete": _("Delete"),
        },
        "surely": _("Delete for good, with all votes"),
        "surelyPrepared": _("Delete for good"),
        "option": _("Option %number"),
        "moveUp": _("Move option %number up"),
        "moveDown": _("Move option %number down"),
        "removeOption": _("Remove option %number"),
        "needsQuestion": _("Write a question of at least three letters."),
        "needsOptions": _("Write at least two options."),
        "needsDifferent": _("Two options are the same. Make them different."),
        "newNow": _("New poll: %question"),
        "closedNow": _("Voting is closed: %question"),
        "votedNow": _("You voted for %option"),
        "show": _("Show"),
        "failed": _("That did not work. Check your connection and try again."),
    }
