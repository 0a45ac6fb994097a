"""For static/js/people/."""

from typing import Any

from django.utils.translation import gettext as _

from pages.texts.roles import role_texts


def people_texts() -> dict[str, Any]:
    """Sentences of the panel. ``actions`` are names of buttons, ``done`` what is read out afterwards."""
    return {
        "roles": role_texts(),
        "you": _("you"),
        "onStage": _("On stage"),
        "away": _("not here"),
        "more": _("What to do with %name"),
        "about": _("%action: %name"),
        "count": {"one": _("%count person is here"), "other": _("%count people are here")},
        "morePeople": {
            "one": _("%count more person. Find them by name."),
            "other": _("%count more people. Find them by name."),
        },
        "nobody": _("Nobody is here yet."),
        "nobodyFound": _("Nobody here has this name."),
        "offline": _("That did not get through. Check your connection, then try again."),
        "banned": {"one": _("%count person is banned"), "other": _("%count people are banned")},
        "unban": _("Let in again"),
        "banTitle": _("Ban %name?"),
        "clearTitle": _("Delete all messages of %name?"),
        "coHostTitle": _("Make %name co-host?"),
        "actions": {
            "write": _("Write privately"),
            "bringOn": _("Bring on stage"),
            "takeOff": _("Take off the stage"),
            "mute": _("Mute"),
            "unmute": _("Unmute"),
            "makeModerator": _("Make moderator"),
            "endModerator": _("End as moderator"),
            "makeCoHost": _("Make co-host"),
            "endCoHost": _("End as co-host"),
            "clear": _("Delete all messages"),
            "kick": _("Remove from session"),
            "ban": _("Ban"),
        },
        "done": {
            "broughtOn": _("%name is invited on stage."),
            "takenOff": _("%name is off the stage."),
            "muted": _("%name is muted."),
            "unmuted": _("%name is unmuted."),
            "moderator": _("%name is moderator now."),
            "coHost": _("%name is co-host now."),
            "roleEnded": _("%name is in the audience again."),
            "cleared": _("All messages of %name are deleted."),
            "kick": _("%name was removed and may come back."),
            "banned": _("%name is banned."),
            "unbanned": _("%name may come in again."),
        },
        "calm": _calm_texts(),
    }


def _calm_texts() -> dict[str, Any]:
    return {
        "off": _("Chat rules"),
        "on": _("Chat rules: on"),
        "seconds": _("A message every %count seconds"),
        "said": {
            "slow_mode": _("Slow mode: %value"),
            "chat_from": _("Who may write: %value"),
            "direct_to_crew_only": {
                "on": _("Direct messages reach the crew only."),
                "off": _("Direct messages may go to everyone."),
            },
            "hold_messages": {
                "on": _("Messages and questions wait for the crew’s approval."),
                "off": _("Messages and questions are shown at once."),
            },
            "block_links": {"on": _("Links are blocked."), "off": _("Links are allowed.")},
            "is_door_closed": {"on": _("The webinar is locked."), "off": _("The webinar is open again.")},
            "blocked_words": _("The list of words was saved."),
        },
    }
