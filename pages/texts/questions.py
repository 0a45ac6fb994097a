"""For static/js/questions/questions_panel.js."""

from typing import Any

from django.utils.translation import gettext as _

from pages.texts.roles import role_texts


def questions_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {
        "roles": role_texts(),
        "you": _("You"),
        "pinned": _("Pinned"),
        "vote": _("I want to know this too: %text"),
        "wants": {"one": _("%count vote."), "other": _("%count votes.")},
        "answeredBy": _("Answered by %by"),
        "answeredLive": _("Answered live"),
        "heldYours": _("Waits for the crew’s approval. Only you see it so far."),
        "crewOnly": _("Only the crew can ask at the moment."),
        "registeredOnly": _("Only the crew and people with an account can ask at the moment."),
        "dismissedYours": _("The crew put this question aside. Only you and the crew see it."),
        "does": {
            "approve": _("Publish"),
            "answer": _("Answer"),
            "live": _("Answered live"),
            "pin": _("Pin"),
            "unpin": _("Unpin"),
            "dismiss": _("Dismiss"),
            "restore": _("Restore"),
            "withdraw": _("Withdraw"),
        },
        "answerTo": _("Answer to: %text"),
        "sendAnswer": _("Send answer"),
        "cancel": _("Cancel"),
        "asked": _("Your question was sent."),
        "answeredYours": _("Your question was answered: %answer"),
        "answeredYoursLive": _("Your question was answered live."),
        "show": _("Show"),
        "failed": _("That did not work. Check your connection and try again."),
    }
