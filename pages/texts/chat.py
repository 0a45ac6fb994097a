"""For static/js/chat/chat_panel.js."""

from typing import Any

from django.utils.translation import gettext as _

from chat.reactions import EMOJIS
from pages.texts.roles import role_texts


def chat_texts() -> dict[str, Any]:
    """Sentences of the panel; ``roles`` are the badges, ``emojis`` the reactions with their names."""
    names = (_("Heart"), _("Applause"), _("Thumbs up"), _("Laughter"), _("Surprise"), _("Celebration"))
    return {
        "emojis": [list(pair) for pair in zip(EMOJIS, names, strict=True)],
        "roles": role_texts(),
        "you": _("You"),
        "empty": _("No messages yet. Say hello."),
        "unreadable": _("The host has switched off reading the chat."),
        "connecting": _("Connecting…"),
        "off": _("The chat is switched off."),
        "crewOnly": _("Only the crew can write at the moment."),
        "registeredOnly": _("Only the crew and people with an account can write at the moment."),
        "readOnly": _("You can read here, but not write."),
        "slow": {
            "one": _("Slow mode: you can write again in %count second."),
            "other": _("Slow mode: you can write again in %count seconds."),
        },
        "left": {"one": _("%count character left"), "other": _("%count characters left")},
        "onlyTo": _("Only %name will see this"),
        "directTo": _("Privately to %name"),
        "directToYou": _("Privately to you"),
        "waiting": _("Waits for the crew’s approval. Only you see it so far."),
        "sending": _("Sending…"),
        "notSentYet": _("Not sent yet. It goes out as soon as you are connected again."),
        "notSent": _("This could not be sent."),
        "offline": _("That did not get through. Check your connection, then try again."),
        "tryAgain": _("Try again"),
        "again": {
            "one": _("You can try again in %count second."),
            "other": _("You can try again in %count seconds."),
        },
        "discard": _("Discard"),
        "more": _("What to do with the message of %name"),
        "writeTo": _("Write to %name privately"),
        "pin": _("Pin"),
        "unpin": _("Unpin"),
        "delete": _("Delete"),
        "deleteAll": _("Delete all of %name"),
        "deleteAllTitle": _("Delete all messages of %name?"),
        "report": _("Report"),
        "reported": _("Thank you. The crew will look at it."),
        "newMessages": {"one": _("%count new message"), "other": _("%count new messages")},
        "said": _("%name: %text"),
        "heldTitle": {"one": _("%count message waits for you"), "other": _("%count messages wait for you")},
        "approve": _("Publish"),
        "reject": _("Reject"),
        "reportsTitle": {"one": _("%count message was reported"), "other": _("%count messages were reported")},
        "reportedBy": _("Reported by %name"),
        "reportedFor": _("Reported by %name: %reason"),
        "directReported": _("A direct message. You can delete it; its text is not shown to you."),
        "deleteIt": _("Delete the message"),
        "keepIt": _("Leave it"),
    }
