"""What can go wrong for a person and is said on a page of its own: a title, a sentence, the next step.

Scripts show some of these rows too, while a page is open: those come with the page, so that each sentence stands once.
What only scripts meet stands in static/js/shared/failure_table.js. Keys are stable; docs/failures.md lists all of them,
and each has a browser test.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Failure:
    """What happened and what to do. ``action`` labels the button for the next step, empty if there is none."""

    title: Text
    sentence: Text
    step: Text
    action: Text = ""


FAILURES: dict[str, Failure] = {
    "not_allowed": Failure(
        _("Not for this account"),
        _("You do not have access to this page."),
        _("Sign in with the account that was invited, or ask the host."),
    ),
    "removed": Failure(
        _("You were removed"),
        _("The host has removed you from this webinar."),
        _("If you think this is a mistake, write to the host."),
    ),
    "door_closed": Failure(
        _("This webinar is locked"),
        _("The host has locked this webinar, so nobody new can join at the moment."),
        _("Try again later. If you were invited, write to the host."),
        _("Try again"),
    ),
    "not_found": Failure(
        _("Webinar not found"),
        _("This webinar does not exist, or it is private."),
        _("Check the link. If you were invited, sign in with the account that was invited."),
    ),
    "invitation_unknown": Failure(
        _("This link does not work"),
        _("There is no such invitation. Part of the link may be missing."),
        _("Copy the whole link from your e-mail, or ask the host for a new one."),
    ),
    "invitation_revoked": Failure(
        _("This invitation was revoked"),
        _("The host has revoked this invitation, so its link no longer works."),
        _("Ask the host for a new one."),
    ),
    "invitation_used": Failure(
        _("This link has been used on another device"),
        _("A personal link works for one person, in the browser that used it first."),
        _("Go back to that browser, or ask the host for a new one."),
    ),
    "cancelled": Failure(
        _("Cancelled"),
        _("This webinar was cancelled by the host."),
        _("You can close this page."),
    ),
    "no_longer_available": Failure(
        _("No longer available"),
        _("This webinar took place, and its host has removed it."),
        _("You can close this page, or ask the host."),
    ),
    "room_removed": Failure(
        _("No longer available"),
        _("The host has removed this page and the webinars on it."),
        _("You can close this page, or ask the host."),
    ),
    "withdrawn": Failure(
        _("No longer available"),
        _("This webinar is no longer available."),
        _("You can close this page, or ask whoever gave you the link."),
    ),
    "expired": Failure(
        _("It did not take place"),
        _("The planned time has passed and the webinar was not started."),
        _("Ask the host for a new date. When one is set, this page shows it by itself."),
    ),
    "ended": Failure(
        _("This webinar is over"),
        _("It cannot be joined any more."),
        _("Thank you for coming. You can close this page."),
    ),
}
#: Those that scripts show too (static/js/shared/failures.js finds which).
_OF_SCRIPTS = ("not_allowed", "removed", "door_closed", "cancelled", "withdrawn", "expired", "ended")


def failure_texts() -> dict[str, dict[str, str]]:
    """Rows for a page's JSON, in the reader's language: ``{key: {title, sentence, step, action}}``."""
    rows = {key: FAILURES[key] for key in _OF_SCRIPTS}
    return {
        key: {
            "title": str(row.title),
            "sentence": str(row.sentence),
            "step": str(row.step),
            "action": str(row.action),
        }
        for key, row in rows.items()
    }
