"""The table of failures that people can meet in studio or watch page: a title, a sentence, the next step.

Keys are stable: static/js/shared/failures.js finds the key of a situation, docs/failures.md lists them, and each has a
browser test.
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


_TRY_AGAIN = _("Try again")
_RELOAD = _("Reload the page")

FAILURES: dict[str, Failure] = {
    "permission_denied": Failure(
        _("Camera or microphone not allowed"),
        _("The browser was not allowed to use them."),
        _("Click the lock or camera symbol beside the address, allow camera and microphone, then try again."),
        _TRY_AGAIN,
    ),
    "system_denied": Failure(
        _("Blocked by the system"),
        _("Your operating system does not let this browser use the camera or microphone."),
        _("Open the privacy settings of your computer, allow them for this browser, restart it, then try again."),
        _TRY_AGAIN,
    ),
    "device_busy": Failure(
        _("In use by another program"),
        _("Another program is using the camera or microphone."),
        _("Close other video calls and camera programs, then try again. Or choose another device below."),
        _TRY_AGAIN,
    ),
    "device_missing": Failure(
        _("Nothing found"),
        _("No such camera or microphone is connected."),
        _("Plug one in or switch it on, then try again. You can also go on without it."),
        _TRY_AGAIN,
    ),
    "device_failed": Failure(
        _("The device does not start"),
        _("The camera or microphone answered with an error."),
        _("Unplug it and plug it in again, or choose another one, then try again."),
        _TRY_AGAIN,
    ),
    "device_unplugged": Failure(
        _("Device unplugged"),
        _("The camera or microphone in use was unplugged and there is no other one."),
        _("Plug it in again: it will be used at once."),
        _TRY_AGAIN,
    ),
    "screen_share_failed": Failure(
        _("The screen is not shared"),
        _("The browser did not allow the screen or window to be shared."),
        _("Press “Share screen” again and choose what to show. Some systems need a permission in their settings."),
    ),
    "insecure": Failure(
        _("A secure address is needed"),
        _("Browsers allow camera and microphone only on https addresses, and this page was opened without https."),
        _("Open the page with https:// in front, or ask whoever runs this server to set PUBLIC_URL."),
    ),
    "in_app_browser": Failure(
        _("Open this in your browser"),
        _("This page was opened inside another app, where video and sound often do not work."),
        _("Use the app's menu and choose “Open in browser”, or copy the address into Chrome, Firefox or Safari."),
    ),
    "unsupported_browser": Failure(
        _("This browser is not supported"),
        _("This browser is too old for live video, or live video is switched off in it."),
        _("Use a current Chrome, Edge, Firefox or Safari."),
    ),
    "sound_blocked": Failure(
        _("The sound is off"),
        _("The browser keeps pages silent until you click."),
        _("Press the button to hear the webinar."),
        _("Turn on sound"),
    ),
    "media_blocked": Failure(
        _("Video and sound are blocked"),
        _("The page loads, but your network blocks video and sound."),
        _("Turn off your VPN or blocker, or use another network, such as your phone's. We keep trying."),
        _TRY_AGAIN,
    ),
    "offline": Failure(
        _("You are offline"),
        _("Your device has no connection to the internet."),
        _("Check your network. This page continues by itself when you are back online."),
    ),
    "connection_lost": Failure(
        _("Connection lost"),
        _("The connection broke."),
        _("We are reconnecting. You do not need to do anything."),
    ),
    "media_unavailable": Failure(
        _("Video is not available right now"),
        _("The video server does not answer."),
        _("It is usually back within a minute. This page tries again by itself."),
        _TRY_AGAIN,
    ),
    "hls_unavailable": Failure(
        _("This way of watching is not available"),
        _("The server cannot provide the stable picture right now."),
        _("Choose another quality in the menu below, or wait: this page tries again by itself."),
        _TRY_AGAIN,
    ),
    "too_many_requests": Failure(
        _("A moment, please"),
        _("Too many people are joining right now."),
        _("This page tries again by itself shortly."),
    ),
    "server_error": Failure(
        _("Something went wrong"),
        _("Something failed on the server."),
        _("Try again. If it happens again, tell the organiser what you did."),
        _TRY_AGAIN,
    ),
    "signed_out": Failure(
        _("You are signed out"),
        _("Your sign-in has ended."),
        _("Reload the page and give your name or sign in again."),
        _RELOAD,
    ),
    "not_allowed": Failure(
        _("Not for this account"),
        _("You do not have access to this page."),
        _("Sign in with the account that was invited, or ask the host."),
    ),
    "removed": Failure(
        _("You were removed"),
        _("The host has removed you from this webinar."),
        _("If you think this is a mistake, write to the organiser."),
    ),
    "kicked": Failure(
        _("The host removed you"),
        _("Your connection to this webinar was closed."),
        _("You can join again."),
        _("Come back"),
    ),
    "door_closed": Failure(
        _("This webinar is locked"),
        _("The host has locked this webinar, so nobody new can join at the moment."),
        _("Try again later. If you were invited, write to the organiser."),
        _TRY_AGAIN,
    ),
    "not_found": Failure(
        _("Webinar not found"),
        _("This webinar does not exist, or it is private."),
        _("Check the link. If you were invited, sign in with the account that was invited."),
    ),
    "invitation_unknown": Failure(
        _("This link does not work"),
        _("There is no such invitation. Part of the link may be missing."),
        _("Copy the whole link from your mail, or ask the host for a new one."),
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
    "role_removed": Failure(
        _("You are no longer in the studio"),
        _("The host has removed your role in this webinar. Your camera and microphone are off."),
        _("You can still watch with the public link. If this is a mistake, write to the host."),
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
    "moved": Failure(
        _("The time has changed"),
        _("The host has moved this webinar to another time."),
        _("The new time is on this page. Keep it open, or come back then with the same link."),
    ),
    "ended": Failure(
        _("This webinar is over"),
        _("It cannot be joined any more."),
        _("Thank you for coming. You can close this page."),
    ),
    "replay_failed": Failure(
        _("The recording does not play"),
        _("Your browser could not load it, even after several tries."),
        _("Check your connection, then try again. If it happens again, use another browser."),
        _TRY_AGAIN,
    ),
    "replay_gone": Failure(
        _("No longer available"),
        _("The host has unpublished this recording."),
        _("You can close this page, or ask the host."),
    ),
    "connected_elsewhere": Failure(
        _("Your studio is open elsewhere"),
        _("You are in this studio in another window or on another device."),
        _("Move here to continue on this one. The other one stops sending."),
        _("Move here"),
    ),
    "continued_elsewhere": Failure(
        _("Continued elsewhere"),
        _("You opened this studio in another window or on another device, and it goes on there."),
        _("Close this window, or move the studio back here."),
        _("Move here"),
    ),
    "backstage_closed": Failure(
        _("The backstage was closed"),
        _("Somebody of the team closed the rehearsal, or nobody was here for an hour."),
        _("Open it again to continue."),
        _("Open it again"),
    ),
    "another_is_live": Failure(
        _("Another session of this room is live"),
        _("A room has one live session at a time."),
        _("End the other session first, then go live here."),
    ),
}


def failure_texts() -> dict[str, dict[str, str]]:
    """The table in the reader's language, for the page's JSON: ``{key: {title, sentence, step, action}}``."""
    return {
        key: {
            "title": str(failure.title),
            "sentence": str(failure.sentence),
            "step": str(failure.step),
            "action": str(failure.action),
        }
        for key, failure in FAILURES.items()
    }
